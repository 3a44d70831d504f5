using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a vector-quantised autoencoder.</summary>
internal abstract class VqVaeObjective(string word, string summary, params Parameter[] parameters)
    : ReconstructionObjective(word, summary, parameters);
