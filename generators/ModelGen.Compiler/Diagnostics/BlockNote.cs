namespace ModelGen.Compiler.Diagnostics;

/// <summary>Names the blocks that a diagnostic is in, for mistakes that depend on where a block is used.</summary>
internal static class BlockNote
{
    /// <summary>" (in the block 'mlp' as used on line 34, …)", innermost use first; empty outside blocks.</summary>
    public static string Of(IEnumerable<(string Block, int Line)> uses)
    {
        var lines = uses.Select(static use => FormattableString.Invariant($"the block '{use.Block}' as used on line {use.Line}")).ToList();
        return lines.Count == 0 ? "" : $" (in {string.Join(", in ", lines)})";
    }
}
