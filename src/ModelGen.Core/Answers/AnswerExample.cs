using ModelGen.Chat;

namespace ModelGen.Answers;

/// <summary>Something to answer, and how it should be answered.</summary>
public abstract record AnswerExample;

/// <summary>A prompt and its answer.</summary>
/// <param name="Prompt">What is answered; empty where there is nothing to ask.</param>
/// <param name="Answer">The answer, not empty.</param>
public sealed record PromptedAnswer(string Prompt, string Answer) : AnswerExample;

/// <summary>A conversation; what the assistant says in it are answers to what is said before.</summary>
/// <param name="Turns">What is said, with at least one turn of the assistant.</param>
public sealed record Conversation(IReadOnlyList<ChatTurn> Turns) : AnswerExample;
