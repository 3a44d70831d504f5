using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A mistake found in the graph: which layer and argument, but not where they were written.</summary>
internal sealed record GraphError(Rule Rule, int Origin, string? Argument, EquatableArray<string> Arguments)
{
    /// <summary>The origin of what belongs to no layer.</summary>
    public const int Model = -1;
}
