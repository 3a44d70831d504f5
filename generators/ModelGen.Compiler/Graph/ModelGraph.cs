using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A whole model, checked: its own class and those inside it.</summary>
/// <param name="Spec">What was meant.</param>
/// <param name="Data">What the data give.</param>
/// <param name="Root">The model's own class.</param>
/// <param name="Classes">Those inside it.</param>
/// <param name="BatchSplit">In what parts the gradients of a batch may be computed.</param>
internal sealed record ModelGraph(ModelSpec Spec, DataShape Data, ModuleGraph Root, IReadOnlyList<ModuleGraph> Classes, BatchSplit BatchSplit)
{
    /// <summary>The multiply-adds of one sample of the longest length.</summary>
    public long MultiplyAdds => Root.MultiplyAdds.Evaluate(Data.Longest);

    /// <summary>The bytes that such a sample leaves for backward.</summary>
    public long ActivationBytes => Activations.Bytes(Root, Data.Longest);

    /// <summary>The hash of its architecture, taken before it is given another precision, which changes neither state nor formulas.</summary>
    public string Fingerprint { get; } = Graph.Fingerprint.Of(Data, Root, Classes);

    /// <summary>The precision of its products, by the word that a spec has for it.</summary>
    public string Precision { get; init; } = Graph.Precision.Full;
}
