using ModelGen.Cli.Data;
using ModelGen.Compiler;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
using ModelGen.Runs;

namespace ModelGen.Cli.Specs;

/// <summary>A model with the recipe by which it is trained, read from a file of either and from the command line, and compiled.</summary>
internal sealed class RunSpec
{
    private const string RecipeEnding = ".run.yaml";

    private RunSpec(CheckedSpec model, string modelText, string modelName)
    {
        (Model, ModelText, ModelName) = (model, modelText, modelName);
    }

    /// <summary>The model's file and code.</summary>
    public CheckedSpec Model { get; }

    /// <summary>The model's spec, with what the command line sets.</summary>
    public string ModelText { get; }

    /// <summary>The name of the model's class.</summary>
    public string ModelName { get; }

    /// <summary>The recipe's file and code; null where nothing says on what the model is trained.</summary>
    public CheckedSpec? Recipe { get; private init; }

    /// <summary>The recipe, with what the command line sets.</summary>
    public string RecipeText { get; private init; } = "";

    /// <summary>The name of the recipe's class.</summary>
    public string RecipeName { get; private init; } = "";

    /// <summary>What the files are called, without their endings.</summary>
    public string Name { get; private init; } = "";

    /// <summary>What the command line names to learn from; null for what the recipe says.</summary>
    public RecognisedData? Data { get; private init; }

    /// <summary>What is wrong or doubtful, one line each.</summary>
    public IEnumerable<string> Diagnostics =>
        new[] { Model, Recipe }.OfType<CheckedSpec>().SelectMany(static spec => spec.Diagnostics.Select(each => each.Format(spec.Path)));

    /// <summary>Writes what is wrong or doubtful to standard error.</summary>
    public void Tell()
    {
        foreach (var line in Diagnostics)
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Whether there is code to run.</summary>
    public bool IsSound => Model.IsSound && Recipe?.IsSound != false;

    /// <summary>Reads and compiles a file.</summary>
    /// <param name="file">A model or a recipe; the model of a recipe is beside it.</param>
    /// <param name="settings">The keys of the file that have other values.</param>
    /// <param name="data">The path of what to learn from instead of what the recipe says; null for that.</param>
    /// <exception cref="ModelGenException">A file cannot be read, or the model cannot learn from the data.</exception>
    public static RunSpec Compile(string file, IReadOnlyList<Setting> settings, string? data = null)
    {
        SpecFiles.RequireOne(file);
        return SpecFiles.IsRecipe(file) ? OfRecipe(file, settings, data) : OfModel(file, settings, data);
    }

    /// <summary>Reads and compiles the files that a run's folder keeps.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">The keys of the model's spec that have other values.</param>
    /// <param name="data">The path of what to learn from instead of what the recipe says; null for that.</param>
    /// <exception cref="ModelGenException">It is no folder of a run, or the model cannot learn from the data.</exception>
    public static RunSpec OfRun(string folder, IReadOnlyList<Setting> settings, string? data = null)
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

        if (files.Find(SpecFiles.IsRecipe) is not { } recipe)
        {
            return OfModel(model, settings, data);
        }

        // What the recipe says counts in place of what the model says.
        var (ofRecipe, ofModel) = (Read(recipe, []).Root.Node, Read(model, []).Root.Node);
        var inRecipe = settings.Where(setting => setting.IsOf(ofRecipe)).ToList();
        var inModel = settings.Where(setting => !setting.IsOf(ofRecipe) || (setting.IsConstant && setting.IsOf(ofModel))).ToList();
        var (root, text) = Read(model, inModel);
        return OfRecipe(recipe, inRecipe, data, (model, root, text));
    }

    private static RunSpec OfModel(string file, IReadOnlyList<Setting> settings, string? data)
    {
        var (root, text) = Read(file, settings);
        return OfModel(file, root, text, data);
    }

    private static RunSpec OfModel(string file, Root root, string text, string? data)
    {
        var parsed = root.Parse();
        var model = SpecSet.Compile(parsed, file, rootNamespace: null);
        var name = parsed.Spec?.Name ?? "";
        var stem = Stem(file);
        if (data is null || model.HasErrors || root.Node is not MapNode map)
        {
            return new RunSpec(model, text, name) { Name = stem };
        }

        if (map.Find("training") is null)
        {
            throw new ModelGenException(
                $"'{file}' does not say how {name} is trained; add 'training', or train it by a recipe, a file that ends in {RecipeEnding}."
            );
        }

        var recognised = RecognisedData.Of(data);
        var recipe = Default(map, name, Source(parsed, recognised));
        var compiled = RecipeCompiler.Compile(RecipeCompiler.Parse(recipe), [SpecSet.Model(parsed, null)], rootNamespace: null);
        return new RunSpec(model, text, name)
        {
            Name = stem,
            Recipe = new CheckedSpec(
                Path.ChangeExtension(Path.ChangeExtension(file, null), null) + RecipeEnding,
                compiled.Code is { } code ? [code] : [],
                compiled.Diagnostics
            ),
            RecipeText = $"# How {name} was trained from the command line.\n\n{YamlWriter.Write(recipe)}",
            RecipeName = RunName(name),
            Data = recognised,
        };
    }

    private static RunSpec OfRecipe(
        string file,
        IReadOnlyList<Setting> settings,
        string? data,
        (string File, Root Root, string Text)? known = null
    )
    {
        var (root, text) = Read(file, settings);
        var found = known is { } one
            ? [one]
            : SpecSet
                .Beside(file)
                .Select(static path => (path, Read(path, [])))
                .Select(static each => (File: each.path, Root: each.Item2.Root, each.Item2.Text))
                .ToList();
        var models = found.Select(static each => (each.File, each.Text, Parsed: each.Root.Parse())).ToList();
        var node = root.Node ?? new MapNode(default, []);
        var wanted = RecipeCompiler.Parse(node).Model;
        var chosen = models.Find(model => model.Parsed.Spec?.Name == wanted);
        var recognised = data is null ? null : RecognisedData.Of(data);
        if (recognised is not null && chosen.Parsed is { } trained && node is MapNode map)
        {
            node = With(map, "data", With(map.Find("data")?.Value, Source(trained, recognised)));
            text = YamlWriter.Write(node);
        }

        var readings = root.Diagnostics.Count > 0 ? RecipeCompiler.Parse(root.Text) : RecipeCompiler.Parse(node);
        var compiled = RecipeCompiler.Compile(
            readings,
            [.. models.Select(static model => SpecSet.Model(model.Parsed, null))],
            rootNamespace: null
        );
        var recipe = new CheckedSpec(file, compiled.Code is { } code ? [code] : [], compiled.Diagnostics);
        if (chosen.Parsed is null)
        {
            // One that cannot be read may be the one that is meant.
            foreach (var (path, _, unread) in models.Where(static model => model.Parsed.Spec is null))
            {
                throw new ModelGenException(string.Join('\n', unread.Diagnostics.Select(each => each.Format(path))));
            }

            throw new ModelGenException(
                string.Join(
                    '\n',
                    recipe
                        .Diagnostics.Select(each => each.Format(file))
                        .DefaultIfEmpty($"'{file}' trains '{wanted}', but no model of that name is beside it.")
                )
            );
        }

        return new RunSpec(SpecSet.Compile(chosen.Parsed, chosen.File, rootNamespace: null), chosen.Text, wanted)
        {
            Name = Stem(file),
            Recipe = recipe,
            RecipeText = text,
            RecipeName = node is MapNode written && written.Find("run")?.Value is ScalarNode name ? name.Text : "",
            Data = recognised,
        };
    }

    // The model's own training, on data that the command line names.
    private static MapNode Default(MapNode model, string name, Node source)
    {
        var training = model.Find("training")!;
        var used = new HashSet<string>(StringComparer.Ordinal);
        var constants = model.Find("let")?.Value as MapNode;
        var open = new Queue<Node>([training.Value]);
        while (open.TryDequeue(out var node))
        {
            foreach (var entry in constants?.Entries ?? [])
            {
                if (Mentions(node, entry.Key.Text) && used.Add(entry.Key.Text))
                {
                    open.Enqueue(entry.Value);
                }
            }
        }

        var entries = new List<Entry> { Text("run", RunName(name)), Text("model", name) };
        if (used.Count > 0)
        {
            entries.Add(
                new Entry(Key("let"), new MapNode(constants!.Span, [.. constants.Entries.Where(entry => used.Contains(entry.Key.Text))]))
            );
        }

        entries.Add(new Entry(Key("data"), source));
        entries.Add(training);
        return new MapNode(model.Span, entries);

        Entry Text(string key, string value) => new(Key(key), new ScalarNode(model.Span, value, isQuoted: false));

        ScalarNode Key(string key) => new(model.Span, key, isQuoted: false);
    }

    private static bool Mentions(Node node, string constant) =>
        node switch
        {
            ScalarNode scalar => scalar.Text.Contains($"${constant}", StringComparison.Ordinal),
            ListNode list => list.Items.Any(item => Mentions(item, constant)),
            MapNode map => map.Entries.Any(entry => Mentions(entry.Value, constant)),
            _ => false,
        };

    // The source among those that the model may read that fits the path.
    private static MapNode Source(ParsedSpec parsed, RecognisedData data)
    {
        var spec = parsed.Spec ?? throw new ModelGenException("The model has mistakes; 'modelgen check' lists them.");
        var kind = spec.Arguments.Values.OfType<Configured<DataKind>>().Select(static each => each.Definition.Word).FirstOrDefault();
        var readable = spec
            .Family.RecipeParameters.OfType<WordParameter<DataSource>>()
            .SelectMany(static key => key.AllowedWords)
            .OfType<DataSource>()
            .Where(source => source.Data == kind)
            .ToList();
        if (data.Sources.FirstOrDefault(word => readable.Exists(source => source.Word == word)) is not { } fitting)
        {
            throw new ModelGenException(
                $"'{data.Path}' has {data.What}, but {spec.Name} learns from "
                    + $"{string.Join(" or ", readable.Select(static source => source.Word))}."
            );
        }

        var span = new SourceSpan(0, data.Path.Length, 1, 1, 1, data.Path.Length + 1) { File = $"--data {data.Path}" };
        var key = new ScalarNode(span, fitting, isQuoted: false);
        return new MapNode(span, [new Entry(key, new ScalarNode(span, Path.GetFullPath(data.Path), isQuoted: true))]);
    }

    // Where the recipe reads data of the same kind, only their place is another: what else it says of them still holds.
    private static MapNode With(Node? own, MapNode source)
    {
        var given = source.Entries[0];
        return own is MapNode { Entries: [{ Value: MapNode options } entry] } && entry.Key.Text == given.Key.Text
            ? new MapNode(
                own.Span,
                [
                    new Entry(
                        entry.Key,
                        new MapNode(
                            options.Span,
                            [
                                .. options.Entries.Select(option =>
                                    option.Key.Text == MainKey(given.Key.Text) ? new Entry(option.Key, given.Value) : option
                                ),
                            ]
                        )
                    ),
                ]
            )
            : source;
    }

    private static string MainKey(string source) =>
        Catalogue.Of<DataSource>().Single(each => each.Word == source).Parameters.Single(static parameter => parameter.IsMain).Name;

    private static MapNode With(MapNode map, string key, Node value) =>
        new(
            map.Span,
            [.. map.Entries.Where(entry => entry.Key.Text != key), new Entry(new ScalarNode(value.Span, key, isQuoted: false), value)]
        );

    private static (Root Root, string Text) Read(string file, IReadOnlyList<Setting> settings)
    {
        var text = SpecText.Read(file);
        var diagnostics = new DiagnosticBag();
        var node = SpecCompiler.ReadYaml(text, "spec", diagnostics);
        if (node is null || settings.Count == 0)
        {
            return (new Root(node, diagnostics, text), text);
        }

        node = settings.Aggregate(node, static (set, setting) => setting.ApplyTo(set));
        return (
            new Root(node, diagnostics, text),
            $"# {Path.GetFileName(file)} with what the command line set.\n\n{YamlWriter.Write(node)}"
        );
    }

    private static string RunName(string model) => model + "Run";

    private static string Stem(string file) => Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(file));

    /// <summary>The keys of a file; what is wrong with its YAML is among the diagnostics.</summary>
    private sealed record Root(Node? Node, DiagnosticBag Diagnostics, string Text)
    {
        public ParsedSpec Parse() => Node is null ? SpecCompiler.Parse(Text) : SpecCompiler.Parse(Node, Diagnostics);
    }
}
