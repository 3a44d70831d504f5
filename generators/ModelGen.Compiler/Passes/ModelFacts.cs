using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Passes;

/// <summary>What is known about a model before it runs, for the runtime.</summary>
/// <param name="Fingerprint">The hash of its architecture.</param>
/// <param name="MultiplyAdds">The multiply-adds of one sample of the longest length.</param>
/// <param name="ActivationBytes">The most bytes that such a sample needs while its gradients are computed.</param>
internal sealed record ModelFacts(string Fingerprint, long MultiplyAdds, long ActivationBytes)
{
    /// <summary>Gathers what is known about a model.</summary>
    /// <param name="model">The model, after all passes that change it.</param>
    public static ModelFacts Of(ModelGraph model) =>
        new(Passes.Fingerprint.Of(model), model.Root.MultiplyAdds.Evaluate(model.Data.Longest), Activations.Bytes(model));
}
