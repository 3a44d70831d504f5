using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Objectives;

/// <summary>An objective of a variational autoencoder.</summary>
internal abstract class VaeObjective(string word, string summary, params Parameter[] parameters) : Objective(word, summary, parameters)
{
    /// <summary>How likely a picture is, given what the decoder makes of its latent.</summary>
    public abstract Configured<Likelihood> Reconstruction(Arguments arguments);
}
