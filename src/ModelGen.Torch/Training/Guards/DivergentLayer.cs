namespace ModelGen.Training.Guards;

/// <summary>A layer in which numbers may have stopped being finite.</summary>
/// <param name="Word">The layer's word in the spec, or the name of the block or module.</param>
/// <param name="Place">Where it was written: <c>docs-gpt.model.yaml(22,52)</c>.</param>
public readonly record struct DivergentLayer(string Word, string Place)
{
    /// <summary>The word and the place.</summary>
    public override string ToString() => $"{Word} ({Place})";
}
