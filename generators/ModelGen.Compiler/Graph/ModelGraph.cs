using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A whole model, checked: its own class and those inside it.</summary>
internal sealed record ModelGraph(ModelSpec Spec, DataShape Data, ModuleGraph Root, IReadOnlyList<ModuleGraph> Classes)
{
    /// <summary>The hash of its architecture, taken before it is given another precision, which changes neither state nor formulas.</summary>
    public string Fingerprint { get; } = Graph.Fingerprint.Of(Data, Root, Classes);

    /// <summary>The precision of its products, by the word that a spec has for it.</summary>
    public string Precision { get; init; } = Graph.Precision.Full;
}
