using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a variational autoencoder.</summary>
internal abstract class VaeObjective(string word, string summary, params Parameter[] parameters)
    : ReconstructionObjective(word, summary, parameters);
