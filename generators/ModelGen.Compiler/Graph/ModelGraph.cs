using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A whole model, checked: its own class and those inside it.</summary>
/// <param name="Spec">What was meant.</param>
/// <param name="Data">What the data give.</param>
/// <param name="Root">The model's own class.</param>
/// <param name="Classes">Those inside it, inner ones first.</param>
/// <param name="BatchSplit">In what parts the gradients of a batch may be computed.</param>
/// <param name="Precision">The precision of its products, by the word that a spec has for it.</param>
internal sealed record ModelGraph(
    ModelSpec Spec,
    DataShape Data,
    ModuleGraph Root,
    IReadOnlyList<ModuleGraph> Classes,
    BatchSplit BatchSplit,
    string Precision
);
