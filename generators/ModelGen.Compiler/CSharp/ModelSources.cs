namespace ModelGen.Compiler.CSharp;

/// <summary>The files generated for a model.</summary>
/// <param name="Model">The model itself, for people to read.</param>
/// <param name="SourceMap">What the runtime reads about it: where its layers were written, and what is known before it runs.</param>
internal sealed record ModelSources(string Model, string SourceMap)
{
    /// <summary>Both files.</summary>
    public override string ToString() => Model + SourceMap;
}
