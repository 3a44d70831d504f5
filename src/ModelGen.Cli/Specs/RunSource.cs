namespace ModelGen.Cli.Specs;

/// <summary>A run whose weights a recipe takes.</summary>
/// <param name="Key">The path of the recipe's key that names its folder.</param>
/// <param name="Folder">The folder.</param>
internal sealed record RunSource(string Key, string Folder)
{
    /// <summary>The setting that takes them from another folder.</summary>
    public Setting In(string folder) => Setting.Parse($"{Key}='{folder.Replace("'", "''", StringComparison.Ordinal)}'");
}
