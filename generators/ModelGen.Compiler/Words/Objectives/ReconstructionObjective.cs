using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a model that encodes samples and decodes them again.</summary>
internal abstract class ReconstructionObjective(string word, string summary, params Parameter[] parameters)
    : Objective(word, summary, parameters)
{
    /// <summary>The likelihood of a sample given the decoder's output for its code.</summary>
    public abstract Configured<Likelihood> Reconstruction(Arguments arguments);
}
