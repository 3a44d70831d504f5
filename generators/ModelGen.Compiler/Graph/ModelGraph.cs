using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A whole model, checked: its own class and those inside it.</summary>
internal sealed record ModelGraph(ModelSpec Spec, DataShape Data, ModuleGraph Root, IReadOnlyList<ModuleGraph> Classes);
