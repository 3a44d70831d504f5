namespace ModelGen.Compiler.CSharp;

/// <summary>The files that a model becomes.</summary>
/// <param name="Model">The model itself, for people to read.</param>
/// <param name="SourceMap">What the runtime reads of it: where its layers were written, and what is known before it runs.</param>
internal sealed record ModelSources(string Model, string SourceMap)
{
    /// <summary>All of it.</summary>
    public override string ToString() => Model + SourceMap;
}
