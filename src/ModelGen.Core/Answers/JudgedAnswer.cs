namespace ModelGen.Answers;

/// <summary>An answer that someone has judged.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Run">The run whose model wrote it.</param>
/// <param name="Seed">The seed that it was written with.</param>
internal sealed record JudgedAnswer(string Text, JudgedRun Run, ulong Seed);
