using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Graph;

/// <summary>
/// A mistake found in the graph, or something that hardly ever is meant: which layer and argument, but not where they were written.
/// </summary>
internal sealed record GraphError(Rule Rule, int Origin, string? Argument, EquatableArray<string> Arguments)
{
    /// <summary>The origin of a mistake that belongs to no layer.</summary>
    public const int Model = -1;

    /// <summary>The uses of blocks that enclose the layer, innermost first.</summary>
    public EquatableArray<BlockUse> Uses { get; init; }
}

/// <summary>A layer that is the use of a block.</summary>
internal sealed record BlockUse(string Block, int Origin);
