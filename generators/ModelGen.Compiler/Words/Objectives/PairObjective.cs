using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective over pairs of texts.</summary>
internal abstract class PairObjective(string word, string summary, params Parameter[] parameters) : Objective(word, summary, parameters);
