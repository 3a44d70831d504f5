using ModelGen.Cli.Specs;
using ModelGen.Runs;

namespace ModelGen.Cli.Compilation;

/// <summary>The files of a spec as a run is to keep them: with what the command line sets and names.</summary>
internal sealed class SpecCopies : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelgen-");
    private readonly string _model;
    private readonly string? _recipe;
    private readonly IReadOnlyList<string> _used;

    /// <summary>Writes the files into a folder of their own, unless the originals say the same.</summary>
    public SpecCopies(RunSpec spec)
    {
        _model = Written(spec.Model.Path, spec.ModelText);
        _recipe = spec.Recipe is { } recipe ? Written(recipe.Path, spec.RecipeText) : null;
        _used = [.. spec.Used.Select(static each => each.Path)];
    }

    /// <summary>The settings of a run that keeps these files.</summary>
    public RunSettings For(RunSettings settings) => settings with { Spec = _model, Recipe = _recipe, UsedSpecs = _used };

    /// <summary>Deletes the copies.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    // The original, so that the run knows its commit.
    private string Written(string file, string text)
    {
        if (File.Exists(file) && SpecText.Read(file) == text)
        {
            return file;
        }

        var path = Path.Combine(_folder.FullName, Path.GetFileName(file));
        File.WriteAllText(path, text);
        return path;
    }
}
