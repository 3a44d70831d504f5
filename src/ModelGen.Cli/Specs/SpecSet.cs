using ModelGen.Build.Files;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Words;

namespace ModelGen.Cli.Specs;

/// <summary>Specs that belong together, as those of a project do: a recipe finds its model among them, and beside itself.</summary>
internal sealed class SpecSet
{
    private readonly IReadOnlyList<string> _files;
    private readonly string? _rootNamespace;
    private readonly Dictionary<string, ParsedSpec> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecipeReadings> _recipes = new(StringComparer.Ordinal);

    /// <summary>Reads the files. That one cannot be read is one of its mistakes.</summary>
    /// <param name="files">The files of models and recipes.</param>
    /// <param name="rootNamespace">The namespace of the code; none where null.</param>
    public SpecSet(IReadOnlyList<string> files, string? rootNamespace = null)
    {
        (_files, _rootNamespace) = (files, rootNamespace);
        foreach (var file in files.Concat(files.Where(SpecFiles.IsRecipe).SelectMany(Beside)).DistinctBy(Path.GetFullPath))
        {
            var text = SpecText.Find(file, out var reason);
            if (SpecFiles.IsRecipe(file))
            {
                _recipes.Add(file, text is null ? RecipeCompiler.Unreadable(reason) : RecipeCompiler.Parse(text));
            }
            else
            {
                _models.Add(Path.GetFullPath(file), text is null ? SpecCompiler.Unreadable(reason) : SpecCompiler.Parse(text));
            }
        }
    }

    /// <summary>Compiles each file, and then those beside a recipe in which the mistake is that keeps it from becoming code.</summary>
    public IEnumerable<CheckedSpec> Compile()
    {
        var named = _files.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var blocked = new List<string>();
        foreach (var file in _files)
        {
            var spec = SpecFiles.IsRecipe(file) ? Recipe(file) : Model(file);
            if (spec is { IsSound: false, HasErrors: false })
            {
                blocked.Add(file);
            }

            yield return spec;
        }

        foreach (var model in blocked.SelectMany(Beside).Where(model => named.Add(Path.GetFullPath(model))))
        {
            if (Model(model) is { HasErrors: true } spec)
            {
                yield return spec;
            }
        }
    }

    /// <summary>Compiles its one file, and writes what is wrong or doubtful to standard error.</summary>
    public CheckedSpec CompileOne()
    {
        var specs = Compile().ToList();
        foreach (var spec in specs)
        {
            foreach (var diagnostic in spec.Diagnostics)
            {
                Console.Error.WriteLine(diagnostic.Format(spec.Path));
            }
        }

        return specs[0];
    }

    /// <summary>The model of a sound file; that of a recipe has the recipe's values in place of its own.</summary>
    public ModelSpec Trained(string file) =>
        SpecFiles.IsRecipe(file) ? RecipeCompiler.Trained(Chosen(file))! : _models[Path.GetFullPath(file)].Spec!;

    /// <summary>Which weights are trained as a sound file says; null for all.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">The model of <see cref="Trained"/>, built.</param>
    public TrainedWeights? TrainedWeights(string file, ModelGraph model) =>
        SpecFiles.IsRecipe(file) ? RecipeCompiler.TrainedWeights(Chosen(file), model) : null;

    /// <summary>The other models that a sound file uses, as often as it loads them.</summary>
    public IReadOnlyList<ModelGraph> Used(string file) =>
        SpecFiles.IsRecipe(file) && Chosen(file) is { Spec: { } recipe } chosen
            ? [.. ModelUse.Of(recipe).Select(use => SpecCompiler.Build(chosen.Used.Single(used => used.Name == use.Name).Model.Spec!)!)]
            : [];

    private ChosenRecipe Chosen(string file) => RecipeCompiler.Choose(_recipes[file], ModelsFor(file, _recipes[file].Model));

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
        var compiled = RecipeCompiler.Compile(_recipes[file], ModelsFor(file, _recipes[file].Model), _rootNamespace);
        return new CheckedSpec(file, compiled.Code is { } code ? [code] : [], compiled.Diagnostics);
    }

    // The models that a recipe may mean.
    private List<ProjectModel> ModelsFor(string file, string name)
    {
        // Of several models of one name it means the one beside it.
        var beside = Beside(file).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var models = _models.OrderBy(static model => model.Key, StringComparer.Ordinal).ToList();
        if (models.Exists(model => beside.Contains(model.Key) && IsMeant(name, model.Value)))
        {
            models.RemoveAll(model => !beside.Contains(model.Key));
        }

        return models.ConvertAll(model => Model(model.Value, NamespaceIn(name) ?? _rootNamespace));
    }

    /// <summary>Whether a recipe means a model by a name, which may have the namespace that the model gets in a project.</summary>
    public static bool IsMeant(string name, ParsedSpec model) =>
        model.Spec is { } spec && (spec.Name == name || $"{NamespaceIn(name)}.{spec.Name}" == name);

    /// <summary>The namespace in the name of a model; null for none.</summary>
    public static string? NamespaceIn(string name) => name.LastIndexOf('.') is var dot && dot > 0 ? name[..dot] : null;

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
    public static IEnumerable<string> Beside(string recipe)
    {
        var folder = Path.GetDirectoryName(recipe) ?? "";
        return Directory
            .EnumerateFiles(folder.Length == 0 ? "." : folder)
            .Where(SpecFiles.IsModel)
            .Select(model => Path.Combine(folder, Path.GetFileName(model)));
    }

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
