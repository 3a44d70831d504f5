using ModelGen.Cli.Data;
using ModelGen.Compiler;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Words;
using ModelGen.Runs;

namespace ModelGen.Cli.Specs;

/// <summary>A model with the recipe by which it is trained, read from a file of either and from the command line, and compiled.</summary>
internal sealed class RunSpec
{
    private const string RecipeEnding = ".run.yaml";

    private RunSpec(SpecSource source, ParsedSpec parsed, string? space = null)
    {
        Model = SpecSet.Compile(parsed, source.File, space);
        (ModelText, ModelName) = (source.Text, parsed.Spec?.Name ?? "");
        ModelClass = space is null ? ModelName : $"{space}.{ModelName}";
    }

    /// <summary>The model's file and code.</summary>
    public CheckedSpec Model { get; }

    /// <summary>The files and code of the other models that the recipe uses.</summary>
    public IReadOnlyList<CheckedSpec> Used { get; private init; } = [];

    /// <summary>The model's spec, with what the command line sets.</summary>
    public string ModelText { get; }

    /// <summary>The name of the model.</summary>
    public string ModelName { get; }

    /// <summary>The name of its class, with the namespace that a recipe knows it by.</summary>
    public string ModelClass { get; }

    /// <summary>The recipe's file and code; null where nothing says on what the model is trained.</summary>
    public CheckedSpec? Recipe { get; private init; }

    /// <summary>The recipe, with what the command line sets.</summary>
    public string RecipeText { get; private init; } = "";

    /// <summary>The runs whose weights the recipe takes, the one that it starts from first.</summary>
    public IReadOnlyList<RunSource> Sources { get; private init; } = [];

    /// <summary>Their folders, each once, but that of what it starts from apart: the manifest has their hashes in this order.</summary>
    public IReadOnlyList<string> SourceFolders =>
        [
            .. Sources.Where(static source => source.IsStart).Select(static source => source.Folder),
            .. Sources.Where(static source => !source.IsStart).Select(static source => source.Folder).Distinct(),
        ];

    /// <summary>The name of the recipe's class.</summary>
    public string RecipeName { get; private init; } = "";

    /// <summary>What the files are called, without their endings.</summary>
    public string Name { get; private init; } = "";

    /// <summary>What is wrong or doubtful, one line each.</summary>
    public IEnumerable<string> Diagnostics => Compiled.SelectMany(static spec => spec.Diagnostics.Select(each => each.Format(spec.Path)));

    /// <summary>Whether a key has no effect beside the others.</summary>
    public bool HasIdleKey => Compiled.Any(static spec => spec.Diagnostics.Any(static each => each.Rule == Rules.NoEffect));

    /// <summary>All files and their code.</summary>
    public IEnumerable<CheckedSpec> Compiled => new[] { Model, Recipe }.OfType<CheckedSpec>().Concat(Used);

    /// <summary>Writes what is wrong or doubtful to standard error.</summary>
    public void Tell()
    {
        foreach (var line in Diagnostics)
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Whether there is code to run.</summary>
    public bool IsSound => Compiled.All(static spec => spec.IsSound);

    /// <summary>Reads and compiles a file.</summary>
    /// <param name="file">A model or a recipe; the model of a recipe is beside it.</param>
    /// <param name="settings">The keys of the file that have other values.</param>
    /// <param name="data">What to learn from instead of what the recipe says; null for that.</param>
    /// <exception cref="ModelGenException">A file cannot be read, or the model cannot learn from the data.</exception>
    public static RunSpec Compile(string file, IReadOnlyList<Setting> settings, RecognisedData? data = null)
    {
        SpecFiles.RequireOne(file);
        var source = SpecSource.Read(file).With(settings);
        return SpecFiles.IsRecipe(file) ? OfRecipe(source, [.. SpecSet.Beside(file).Select(SpecSource.Read)], data) : OfModel(source, data);
    }

    /// <summary>Reads and compiles the files that a run's folder keeps.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">The keys of its spec and its recipe that have other values.</param>
    /// <param name="data">What to learn from instead of what the recipe says; null for that.</param>
    /// <exception cref="ModelGenException">It is no folder of a run, or the model cannot learn from the data.</exception>
    public static RunSpec OfRun(string folder, IReadOnlyList<Setting> settings, RecognisedData? data = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new ModelGenException(
                File.Exists(folder) ? $"'{folder}' is a file; name the folder of a run." : $"There is no folder '{folder}'."
            );
        }

        // What the manifest names; a run that was killed before its first step has none.
        var manifest = Path.Combine(folder, RunFiles.Manifest);
        var named = RunManifest.FilesIn(manifest).Select(name => Path.Combine(folder, name)).Where(File.Exists).ToList();
        var files = named.Count > 0 ? named : [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        if (files.Find(SpecFiles.IsModel) is not { } model)
        {
            throw new ModelGenException(
                Path.Exists(manifest)
                    ? $"The run in '{folder}' has no spec of its model, which a program defines; use that program."
                    : $"'{folder}' is no folder of a run: it has no spec of a model."
            );
        }

        var source = SpecSource.Read(model);
        if (files.Find(SpecFiles.IsRecipe) is not { } kept)
        {
            return OfModel(source.With(settings), data);
        }

        // The folder may have the specs of other models that the recipe uses. What the recipe says counts in place of what the model says.
        var recipe = SpecSource.Read(kept);
        var models = files.Where(SpecFiles.IsModel).Select(SpecSource.Read).ToList();
        var wanted = recipe.ParseRecipe().Model;
        source = models.Find(each => SpecSet.IsMeant(wanted, each.ParseModel())) ?? source;
        var ofRecipe = settings.Where(setting => setting.IsOf(recipe.Node)).ToList();
        var ofModel = settings.Where(setting => !setting.IsOf(recipe.Node) || (setting.IsConstant && setting.IsOf(source.Node))).ToList();
        return OfRecipe(recipe.With(ofRecipe), models.ConvertAll(each => each.File == source.File ? source.With(ofModel) : each), data);
    }

    private static RunSpec OfModel(SpecSource source, RecognisedData? data)
    {
        var parsed = source.ParseModel();
        var model = new RunSpec(source, parsed) { Name = SpecFiles.NameOf(source.File) };
        if (data is null || model.Model.HasErrors || source.Node is not MapNode keys)
        {
            return model;
        }

        var file = Path.Combine(Path.GetDirectoryName(source.File)!, model.Name + RecipeEnding);
        var recipe = DefaultRecipe.Of(keys, model.ModelName, DataKey.ValueOf(parsed.Spec!, data))
            ?? throw new ModelGenException(
                $"'{source.File}' does not say how {model.ModelName} is trained; add 'training', or train it by a recipe, a file that ends "
                    + $"in {RecipeEnding}."
            );
        return new RunSpec(source, parsed)
        {
            Name = model.Name,
            Recipe = Checked(
                file,
                RecipeCompiler.Compile(RecipeCompiler.Parse(recipe), [SpecSet.Model(parsed, null)], rootNamespace: null)
            ),
            RecipeText = $"# How {model.ModelName} was trained from the command line.\n\n{YamlWriter.Write(recipe)}",
            RecipeName = DefaultRecipe.NameOf(model.ModelName),
        };
    }

    private static RunSpec OfRecipe(SpecSource recipe, IReadOnlyList<SpecSource> models, RecognisedData? data)
    {
        var candidates = models.Select(static source => (Source: source, Parsed: source.ParseModel())).ToList();
        var wanted = recipe.ParseRecipe().Model;
        var space = SpecSet.NamespaceIn(wanted);
        var chosen = candidates.Find(model => SpecSet.IsMeant(wanted, model.Parsed));
        if (data is not null && chosen.Parsed?.Spec is { } model && recipe.Node is MapNode keys)
        {
            var own = RecipeCompiler.Choose(recipe.ParseRecipe(), [SpecSet.Model(chosen.Parsed, space)]);
            var value = DataKey.ValueOf(RecipeCompiler.Trained(own) ?? model, data, keys.Find("data")?.Value);
            recipe = recipe.With(Setting.Of("data", value).ApplyTo(keys));
        }

        var readings = recipe.ParseRecipe();
        IReadOnlyList<ProjectModel> all = [.. candidates.Select(each => SpecSet.Model(each.Parsed, space))];
        var compiled = RecipeCompiler.Compile(readings, all, rootNamespace: null);
        if (chosen.Parsed is null)
        {
            // A model that cannot be read may be the one that is meant.
            var unread = candidates.Find(static each => each.Parsed.Spec is null);
            throw new ModelGenException(
                string.Join(
                    '\n',
                    unread.Parsed is null
                        ? compiled.Diagnostics.Select(each => each.Format(recipe.File))
                        : unread.Parsed.Diagnostics.Select(each => each.Format(unread.Source.File))
                )
            );
        }

        var found = RecipeCompiler.Choose(readings, all);
        var used = found.Used.Select(static each => each.Model.Name).ToHashSet(StringComparer.Ordinal);
        used.Remove(chosen.Parsed.Spec?.Name ?? "");
        return new RunSpec(chosen.Source, chosen.Parsed, space)
        {
            Used =
            [
                .. candidates
                    .Where(each => each.Parsed.Spec is { } spec && used.Contains(spec.Name))
                    .Select(each => SpecSet.Compile(each.Parsed, each.Source.File, space)),
            ],
            Name = SpecFiles.NameOf(recipe.File),
            Recipe = Checked(recipe.File, compiled),
            RecipeText = recipe.Text,
            Sources = SourcesOf(found, recipe.Node),
            RecipeName = (recipe.Node as MapNode)?.Find("run")?.Value is ScalarNode name ? name.Text : "",
        };
    }

    private static IReadOnlyList<RunSource> SourcesOf(ChosenRecipe recipe, Node? written)
    {
        var uses = (recipe.Spec is { } spec ? ModelUse.Of(spec) : []).Where(static use => use.Run is not null);
        return
        [
            .. RecipeCompiler.StartRun(recipe) is { } folder ? [RunSource.OfStart(folder, written)] : Array.Empty<RunSource>(),
            .. uses.Select(static use => new RunSource(use.RunPlace, use.Run!)),
        ];
    }

    private static CheckedSpec Checked(string file, CompiledRecipe compiled) =>
        new(file, compiled.Code is { } code ? [code] : [], compiled.Diagnostics);
}
