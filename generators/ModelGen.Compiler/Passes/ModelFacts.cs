using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Passes;

/// <summary>What is known of a model before it runs, for the runtime.</summary>
/// <param name="Fingerprint">The hash of its architecture.</param>
/// <param name="MultiplyAdds">The multiply-adds of one sample of the longest length.</param>
/// <param name="ActivationBytes">The bytes that such a sample leaves for backward.</param>
internal sealed record ModelFacts(string Fingerprint, long MultiplyAdds, long ActivationBytes)
{
    /// <summary>Has the model compute in its precision and gathers what is known of it.</summary>
    /// <param name="model">The model, as built; its classes are changed.</param>
    public static ModelFacts Of(ModelGraph model)
    {
        // Precision changes neither state nor formulas, so the hash is of the model without its casts.
        var fingerprint = Passes.Fingerprint.Of(model);
        MixedPrecision.Apply(model);
        return new ModelFacts(fingerprint, model.Root.MultiplyAdds.Evaluate(model.Data.Longest), Activations.Bytes(model.Root, model.Data.Longest));
    }
}
