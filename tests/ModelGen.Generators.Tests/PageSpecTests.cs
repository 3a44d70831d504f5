using System.Text.RegularExpressions;
using ModelGen.Compiler;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Tests;

namespace ModelGen.Generators.Tests;

/// <summary>What a page shows in YAML compiles: a model, a recipe, a part of either; and a mistake gives the message below it.</summary>
public sealed class PageSpecTests
{
    private const string RootNamespace = "Notes";

    private const string Training = "training: { optimizer: { adamw: 1e-3 }, batch: 12, duration: 2000 steps }\n";

    private const string Recipe = "run: Example\nmodel: Example\n" + Training;

    // What a part of a spec is put into: a list of layers between these, other keys in place of theirs or beside them.
    private static readonly string[] Wholes =
    [
        "model: Example\nfamily: transformer\ndata: { tokens: { context: 64 } }\nnetwork: [embed: 128, self-attention: { heads: 4, causal: true }, unembed]\nobjective: next-token\n"
            + Training,
        "model: Example\nfamily: transformer\ndata: { tokens: { context: 64, mask-token: <mask> } }\nnetwork: [embed: 128, self-attention: 4, unembed]\n"
            + "objective: masked-token\n"
            + Training,
        "model: Example\nfamily: network\ndata: { tensor: [16, 64] }\nnetwork: [linear: 64]\nobjective: mean-squared-error\n" + Training,
        "model: Example\nfamily: vae\ndata: { image: [1, 28, 28] }\nlatent: 2\nencoder: [flatten]\n"
            + "decoder: [linear: 784, reshape: [1, 28, 28]]\nobjective: { elbo: bernoulli }\n"
            + Training,
        "model: Example\nfamily: gan\ndata: { image: [1, 28, 28] }\nlatent: 2\ngenerator: [linear: 784, tanh, reshape: [1, 28, 28]]\n"
            + "discriminator: [flatten, linear: 1]\nobjective: hinge\n"
            + Training,
    ];

    // The models that recipes of pages are for.
    private static readonly string[] Trained =
    [
        Wholes[0],
        Wholes[3],
        "model: Example\nfamily: encoder-decoder\ndata: { tokens: { context: 48, padding-token: <pad>, end-token: <end>, mask-token: <mask> "
            + "} }\nencoder: [embed: 8]\ndecoder: [embed: 8, cross-attention: 2, unembed]\nobjective: sequence-to-sequence\n"
            + Training,
    ];

    public static TheoryData<string, int> Specs => Numbered(static (_, text) => IsModel(text));

    public static TheoryData<string, int> Recipes => Numbered(static (_, text) => IsRecipe(text));

    public static TheoryData<string, int> Parts => Numbered(static (_, text) => !IsModel(text) && !IsRecipe(text));

    [Theory]
    [MemberData(nameof(Specs))]
    public void AModelCompilesOrGivesTheMessagesBelowIt(string page, int number)
    {
        var blocks = Pages.Blocks(page).ToList();
        var next = blocks.ElementAtOrDefault(number + 1);
        var file = next is ("text", var told) && told.Contains("error MG", StringComparison.Ordinal) ? told[..told.IndexOf('(')] : "";
        var build = new SpecProject(RootNamespace).Write($"/app/{(file.Length > 0 ? file : "page.model.yaml")}", blocks[number].Text).Run();

        Assert.Equal(
            file.Length > 0 ? next.Text : "",
            string.Concat(
                build.Diagnostics.Select(diagnostic =>
                    $"{file}({diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1},"
                    + $"{diagnostic.Location.GetLineSpan().StartLinePosition.Character + 1}): error {diagnostic.Id}: {diagnostic.GetMessage(null)}\n"
                )
            )
        );
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void ARecipeCompilesWithItsModel(string page, int number)
    {
        var recipe = Pages.Blocks(page).ElementAt(number).Text;
        var project = new SpecProject(RootNamespace, generator: new SpecGenerator(), others: new RecipeGenerator());
        project.Write("/app/page.run.yaml", recipe);

        // The model that it trains, and a teacher.
        foreach (var name in Regex.Matches(recipe, @"^model: (\w+)$|\bteacher: (\w+)", RegexOptions.Multiline).Select(Named))
        {
            var spec = Pages
                .All.SelectMany(static each => Pages.Blocks(each, "yaml"))
                .First(text => text.StartsWith($"model: {name}\n", StringComparison.Ordinal));
            project.Write($"/app/{name}.model.yaml", spec);
        }

        var build = project.Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    private static string Named(Match match) => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value;

    /// <summary>In a model or a recipe of some family. Where a key stands there twice, each line is an example by itself.</summary>
    [Theory]
    [MemberData(nameof(Parts))]
    public void APartCompilesInAWhole(string page, int number)
    {
        var text = Pages.Blocks(page).ElementAt(number).Text;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var keys = lines.Where(static line => char.IsLetter(line[0])).Select(static line => line[..line.IndexOf(':')]).ToList();
        var parts = keys.Distinct().Count() < keys.Count ? lines : [text];

        Assert.All(parts, static part =>
        {
            var mistakes = Wholes.Select(whole => InModel(whole, part)).Concat(Trained.Select(model => InRecipe(model, part))).ToList();
            Assert.True(mistakes.Contains(""), $"{part}\n{string.Join('\n', mistakes)}");
        });
    }

    [Fact]
    public void APartWithAMistakeIsInNoWhole() =>
        Assert.DoesNotContain("", Wholes.Select(static whole => InModel(whole, "sampling: { temprature: 1 }\n")));

    /// <summary>A spec that is also a file of an example is the same on the page, apart from comments.</summary>
    [Theory]
    [MemberData(nameof(Specs))]
    public void AModelOfAnExampleIsThatOfItsFile(string page, int number)
    {
        var shown = SpecCompiler.Parse(Pages.Blocks(page).ElementAt(number).Text).Spec;
        var file = Repository
            .Specs.Where(static path => path.StartsWith("examples/", StringComparison.Ordinal))
            .Select(static path => SpecCompiler.Parse(Repository.Read(path)).Spec!)
            .SingleOrDefault(spec => spec.Name == shown?.Name);
        if (file is null)
        {
            return;
        }

        // The README leaves out how often its model is validated and saved.
        Assert.True(
            page == "README.md"
                ? Fingerprint.Of(SpecCompiler.Build(file)!) == Fingerprint.Of(SpecCompiler.Build(shown!)!)
                : file.Equals(shown)
        );
    }

    /// <summary>The README's mistake.</summary>
    [Fact]
    public void TheReadmesMistakeGivesItsMessage()
    {
        var blocks = Pages.Blocks("README.md").ToList();
        var spec = blocks.First(static block => block.Language == "yaml").Text;
        var told = blocks.Single(static block => block.Text.Contains("error MG", StringComparison.Ordinal)).Text;

        var compiled = SpecCompiler.Compile(
            spec.Replace("linear: $width]", "linear: 96]", StringComparison.Ordinal),
            "docs-gpt.model.yaml",
            RootNamespace
        );

        Assert.Equal(told, Assert.Single(compiled.Diagnostics).Format("docs-gpt.model.yaml") + "\n");
    }

    /// <summary>The generated code that the page of the language shows is generated.</summary>
    [Fact]
    public void TheGeneratedCodeOfThePageIsGenerated()
    {
        var spec = Pages.Blocks("README.md", "yaml").First();
        var shown = Pages.Blocks("docs/specs.md", "csharp").ToList();

        Assert.Equal(2, shown.Count);
        Assert.All(shown, code =>
        {
            var build = new SpecProject(RootNamespace)
                .Write(
                    "/app/docs-gpt.model.yaml",
                    code.Contains("bfloat16", StringComparison.Ordinal) ? spec + "precision: bfloat16\n" : spec
                )
                .Run();
            var generated = string.Concat(build.Sources.Values);
            var line = 0;
            var wanted = Plain(code).ToList();
            foreach (var each in Plain(generated))
            {
                line =
                    line == wanted.Count || each == wanted[line] ? Math.Min(line + 1, wanted.Count)
                    : each == wanted[0] ? 1
                    : 0;
            }

            Assert.Equal(wanted.Count, line);
        });

        // Code is aligned with the longest line, and a page leaves directives out where they would only repeat.
        static IEnumerable<string> Plain(string code) =>
            code.Split('\n')
                .Select(static line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                .Where(static line => line.Length > 0 && !line.StartsWith("#line", StringComparison.Ordinal));
    }

    private static bool IsModel(string text) => text.StartsWith("model: ", StringComparison.Ordinal);

    private static bool IsRecipe(string text) => text.StartsWith("run: ", StringComparison.Ordinal);

    private static TheoryData<string, int> Numbered(Func<string, string, bool> wanted)
    {
        var all = new TheoryData<string, int>();
        foreach (var page in Pages.All)
        {
            foreach (var (number, (language, text)) in Pages.Blocks(page).Index())
            {
                if (language == "yaml" && wanted(page, text))
                {
                    all.Add(page, number);
                }
            }
        }

        return all;
    }

    private static string InModel(string whole, string part)
    {
        var diagnostics = new DiagnosticBag();
        if (Read(whole, part, diagnostics) is not { } root)
        {
            return "not YAML";
        }

        var parsed = SpecCompiler.Parse(root, diagnostics);
        var generated = parsed.Spec is { } spec ? SpecCompiler.Generate(spec, RootNamespace) : null;
        return string.Join('\n', SpecCompiler.Diagnostics(parsed, generated).Select(static diagnostic => diagnostic.Format("part")));
    }

    private static string InRecipe(string model, string part)
    {
        if (Read(Recipe, part, new DiagnosticBag()) is not { } root)
        {
            return "not YAML";
        }

        var compiled = RecipeCompiler.Compile(
            RecipeCompiler.Parse(root),
            [new ProjectModel(RootNamespace, "Example", "public", SpecCompiler.Parse(model).Spec)],
            RootNamespace
        );
        return string.Join('\n', compiled.Diagnostics.Select(static diagnostic => diagnostic.Format("part")));
    }

    // A list alone is one of layers.
    private static Node? Read(string whole, string part, DiagnosticBag diagnostics) =>
        SpecCompiler.ReadYaml(whole, "", diagnostics) is { } outer
        && SpecCompiler.ReadYaml(part.TrimStart().StartsWith('-') ? "network:\n" + part : part, "", diagnostics) is { } inner
            ? Merge(outer, inner)
            : null;

    // Layers come before the last of the whole's; groups are merged, and everything else replaced.
    private static Node Merge(Node outer, Node inner) =>
        (outer, inner) switch
        {
            (MapNode old, MapNode map) => new MapNode(
                old.Span,
                [
                    .. old.Entries.Select(entry =>
                        map.Find(entry.Key.Text) is { } other ? new Entry(entry.Key, Merge(entry.Value, other.Value)) : entry
                    ),
                    .. map.Entries.Where(entry => old.Find(entry.Key.Text) is null),
                ]
            ),
            (ListNode old, ListNode list) => new ListNode(old.Span, [.. old.Items.SkipLast(1), .. list.Items, .. old.Items.TakeLast(1)]),
            _ => inner,
        };
}
