using ModelGen.Build.Files;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Spec;

namespace ModelGen.Cli.Specs;

/// <summary>Specs that belong together, as those of a project do: a recipe finds its model among them, and beside itself.</summary>
internal sealed class SpecSet
{
    private readonly IReadOnlyList<string> _files;
    private readonly string? _rootNamespace;
    private readonly Dictionary<string, ParsedSpec> _models = new(StringComparer.Ordinal);

    /// <summary>Reads the models.</summary>
    /// <param name="files">The files of models and recipes.</param>
    /// <param name="rootNamespace">The namespace of the code; none where null.</param>
    /// <exception cref="ModelGenException">A file cannot be read.</exception>
    public SpecSet(IReadOnlyList<string> files, string? rootNamespace = null)
    {
        (_files, _rootNamespace) = (files, rootNamespace);
        foreach (
            var file in files.Concat(files.Where(SpecFiles.IsRecipe).SelectMany(Beside)).Where(static file => !SpecFiles.IsRecipe(file))
        )
        {
            _models.TryAdd(Path.GetFullPath(file), SpecCompiler.Parse(SpecText.Read(file)));
        }
    }

    /// <summary>Compiles each file.</summary>
    /// <exception cref="ModelGenException">A file cannot be read.</exception>
    public IEnumerable<CheckedSpec> Compile() => _files.Select(file => SpecFiles.IsRecipe(file) ? Recipe(file) : Model(file));

    /// <summary>The model of a sound file; that of a recipe has the recipe's values in place of its own.</summary>
    /// <exception cref="ModelGenException">The file cannot be read.</exception>
    public ModelSpec Trained(string file)
    {
        if (!SpecFiles.IsRecipe(file))
        {
            return _models[Path.GetFullPath(file)].Spec!;
        }

        var readings = RecipeCompiler.Parse(SpecText.Read(file));
        return RecipeCompiler.Trained(RecipeCompiler.Choose(readings, ModelsFor(file, readings.Model)))!;
    }

    private CheckedSpec Model(string file) => Compile(_models[Path.GetFullPath(file)], file, _rootNamespace);

    /// <summary>Compiles a model.</summary>
    /// <param name="parsed">Its text, read.</param>
    /// <param name="file">Its file.</param>
    /// <param name="rootNamespace">The namespace of the code; none where null.</param>
    public static CheckedSpec Compile(ParsedSpec parsed, string file, string? rootNamespace)
    {
        var generated = parsed.Spec is null ? null : SpecCompiler.Generate(parsed.Spec, rootNamespace);
        if (generated?.Files is { } named)
        {
            generated = generated.Beside(Known(named, Path.GetDirectoryName(Path.GetFullPath(file))!));
        }

        var diagnostics = SpecCompiler.Diagnostics(parsed, generated);
        var isSound = diagnostics.All(static diagnostic => diagnostic.Rule.IsWarning);
        var code = isSound && generated?.Code is { } template ? LineDirectives.Fill(template, parsed.Places, file) : null;
        return new CheckedSpec(file, code is null ? [] : [code.Model, code.SourceMap], diagnostics);
    }

    private CheckedSpec Recipe(string file)
    {
        var text = SpecText.Read(file);
        var compiled = RecipeCompiler.Compile(text, ModelsFor(file, RecipeCompiler.Parse(text).Model), _rootNamespace);
        return new CheckedSpec(file, compiled.Code is { } code ? [code] : [], compiled.Diagnostics);
    }

    // The models that a recipe may mean.
    private List<ProjectModel> ModelsFor(string file, string name)
    {
        // Of several models of one name it means the one beside it.
        var beside = Beside(file).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var models = _models.OrderBy(static model => model.Key, StringComparer.Ordinal).ToList();
        if (models.Exists(model => beside.Contains(model.Key) && model.Value.Spec?.Name == name))
        {
            models.RemoveAll(model => !beside.Contains(model.Key));
        }

        return models.ConvertAll(model => Model(model.Value, _rootNamespace));
    }

    /// <summary>A model as recipes find it, which is incomplete where something is wrong with its text.</summary>
    public static ProjectModel Model(ParsedSpec parsed, string? rootNamespace) =>
        new(
            rootNamespace ?? "",
            parsed.Spec?.Name ?? "",
            "public",
            parsed.Diagnostics.Count == 0 ? parsed.Spec
                : parsed.Spec is { } spec ? spec with { IsComplete = false }
                : null
        );

    /// <summary>The models in the folder of a recipe.</summary>
    public static IEnumerable<string> Beside(string recipe) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(recipe))!).Where(SpecFiles.IsModel);

    // Paths in a spec are relative to the folder of its project; without one, to its own.
    private static KnownFiles Known(NamedFiles named, string folder)
    {
        var project = folder;
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
        {
            if (Directory.EnumerateFiles(above, "*.csproj").Any())
            {
                project = above;
                break;
            }
        }

        var facts = new List<FileFacts>();
        foreach (var name in new[] { named.Weights?.File, named.Tokenizer?.Path }.OfType<string>())
        {
            var path = Path.Combine(project, name);
            if (File.Exists(path) && FileFacts.Parse(FileReader.Describe(path, name)) is { } known)
            {
                facts.Add(known);
            }
        }

        return new KnownFiles(project, new EquatableArray<FileFacts>(facts));
    }
}
