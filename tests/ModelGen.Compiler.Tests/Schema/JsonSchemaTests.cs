using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Tests.Recipes;
using ModelGen.Compiler.Tests.Robustness;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Robustness;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>Nothing that the compiler accepts is red in an editor, and the schema explains what it completes.</summary>
public sealed partial class JsonSchemaTests
{
    /// <summary>Every file of the repository that people read or copy, and what the pages show.</summary>
    public static TheoryData<string> Shipped =>
        [
            .. Files("examples", "*.yaml"),
            .. Files("templates", "*.yaml"),
            .. Files("src/ModelGen.Cli/Templates", "*.yaml"),
            .. Files("tests/ModelGen.Compiler.Tests/Specs", "*.yaml"),
            .. Files("tests/ModelGen.EndToEnd.Tests", "*.yaml"),
            .. Files("tests/ModelGen.Extensions.AI.Tests", "*.yaml"),
            .. Files("tests/ModelGen.Benchmarks", "*.yaml"),
        ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void AShippedFileIsNotRed(string path)
    {
        var text = Repository.Read(path).Replace("{NAME}", "Name", StringComparison.Ordinal);
        AssertAllows(path.EndsWith(".run.yaml", StringComparison.Ordinal) ? EditorSchema.Recipes : EditorSchema.Models, text);
    }

    [Fact]
    public void TheShippedFilesAreFound()
    {
        Assert.True(Shipped.Count > 60);
        Assert.Contains(Shipped.Cast<object[]>(), static row => ((string)row[0]).EndsWith(".run.yaml", StringComparison.Ordinal));
        Assert.Equal(Catalogue.Of<Family>().Count, Files("src/ModelGen.Cli/Templates", "*.yaml").Count());
    }

    /// <summary>
    /// A page shows whole files, and parts of them: some keys of a model, or a list of layers. Those for contributors show words that do
    /// not exist yet. A file that stands above its mistakes is wrong.
    /// </summary>
    [Fact]
    public void WhatPagesShowIsNotRed()
    {
        var (files, parts) = (0, 0);
        foreach (
            var page in Files("docs", "*.md")
                .Append("README.md")
                .Where(static page => page != "docs/layers.md" && Path.GetDirectoryName(page) is "docs" or "docs/families" or "")
        )
        {
            foreach (var block in Blocks(Wrong().Replace(Repository.Read(page), "")))
            {
                if (Whole().Match(block) is { Success: true } whole)
                {
                    AssertAllows(whole.Value == "run" ? EditorSchema.Recipes : EditorSchema.Models, block);
                    files++;
                    continue;
                }

                // Each key alone: two that stand below each other may be alternatives.
                foreach (var part in Key().Split(block).Where(static part => part.Length > 0))
                {
                    var text = char.IsAsciiLetter(part[0]) ? part : $"network:\n{part}";
                    Assert.True(
                        EditorSchema.Parts.Allows(text) || EditorSchema.RecipeParts.Allows(text),
                        $"{page}: {EditorSchema.Parts.Problems(text)}\n{text}"
                    );
                    parts++;
                }
            }
        }

        Assert.True(files >= 8 && parts >= 10, $"{files} files, {parts} parts");
    }

    [Fact]
    public void TheRightExampleOfEachDiagnosticIsNotRed()
    {
        var right = Rules
            .All.Select(static rule => Repository.Example(rule.Id))
            .Where(static example => example.Contains("Right:", StringComparison.Ordinal))
            .SelectMany(static example => Blocks(example[example.IndexOf("Right:", StringComparison.Ordinal)..]))
            .ToList();
        Assert.True(right.Count > 30);
        Assert.All(right, static example =>
            AssertAllows(
                example.Contains("run: ", StringComparison.Ordinal) && !example.Contains("family: ", StringComparison.Ordinal)
                    ? EditorSchema.Recipes
                    : EditorSchema.Models,
                example
            )
        );
    }

    [Fact]
    public void ASpecOfEachWordIsNotRed()
    {
        Assert.All(EveryWord.Specs, static each => AssertAllows(EditorSchema.Models, each.Spec));
        Assert.All(EveryRecipe.Names, static name => AssertAllows(EditorSchema.Recipes, EveryRecipe.Text(name)));
    }

    [Fact]
    public void ARandomSpecThatCompilesIsNotRed()
    {
        var compiled = 0;
        Parallel.For(0, 200, seed =>
        {
            var yaml = RandomModel.Of(seed).Yaml;
            if (SpecCompiler.Compile(yaml, "random.model.yaml", null).Code is not null)
            {
                Interlocked.Increment(ref compiled);
                AssertAllows(EditorSchema.Models, yaml);
            }
        });

        Assert.True(compiled > 150, $"{compiled}");
    }

    /// <summary>Damaged in ways that the compiler does not mind: odd numbers, quotes, line breaks and indentation.</summary>
    [Fact]
    public void ADamagedSpecThatCompilesIsNotRed()
    {
        var compiled = 0;
        for (var seed = 0; seed < 2000; seed++)
        {
            var yaml = SpecMutator.Text(seed);
            if (SpecCompiler.Compile(yaml, "damaged.model.yaml", null).Code is not null)
            {
                compiled++;
                AssertAllows(EditorSchema.Models, yaml);
            }
        }

        Assert.True(compiled > 80, $"{compiled}");
    }

    // What may be written in more ways than one.
    [Theory]
    [InlineData(
        "let: { a: 3, b-c: $a / 4 }\nnetwork: [linear: 8 * $b-c, linear: 4 * ($a + 1), linear: -(-7), linear: 2e1, linear: sqrt(16), linear: $a-1]"
    )]
    [InlineData("summary: 7\nnetwork: [{ linear: 4, as: true }, { add: , from: [true, input] }]")]
    [InlineData("let: { a: 1e300 }\nnetwork: [linear: $a / 1e300]")]
    [InlineData("network: [relu: , relu, relu: {}]")]
    [InlineData("blocks: { b: { layers: [relu] } }\nnetwork: [b, b: , { b: , recompute: true, as: a }]")]
    [InlineData("blocks: { b: { parameters: [n, m: 2], layers: [linear: $n * $m] } }\nnetwork: [b: 4, b: { n: 3 }, b: { n: 2 * 2, m: 1 }]")]
    [InlineData(
        "network: [linear: 4]\nobjective: mean-squared-error\ntraining: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 1.5k steps }"
    )]
    [InlineData(
        "network: [linear: 4]\nobjective: mean-squared-error\ntraining: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 0.5 epochs }"
    )]
    [InlineData(
        "network: [linear: 4]\nobjective: mean-squared-error\ntraining: { optimizer: { adamw: 1e-3 }, batch: 4, duration: -1 + 2 epochs }"
    )]
    [InlineData(
        "network: [linear: 4]\nobjective: mean-squared-error\ntraining: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 1 step }"
    )]
    public void EachWayToWriteItIsNotRed(string keys)
    {
        var spec = $"model: M\nfamily: network\ndata: {{ tensor: [4] }}\n{keys}\n";
        Assert.Empty(Tests.Spec.Errors(spec));
        AssertAllows(EditorSchema.Models, spec);
    }

    // The likelihood is the model's.
    [Fact]
    public void ARecipeMayLeaveOutWhatIsBuiltIntoItsModel() =>
        AssertAllows(
            EditorSchema.Recipes,
            "run: R\nmodel: M\nobjective: { elbo: { beta: 4 } }\ntraining: { optimizer: { adamw: 1e-4 }, batch: 1, duration: 2 epochs }\n"
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheSchemaIsValidInItsDialect(bool isRecipe)
    {
        var schema = isRecipe ? ModelGen.Compiler.Schema.JsonSchema.WriteRecipes() : ModelGen.Compiler.Schema.JsonSchema.Write();
        using var document = JsonDocument.Parse(schema);
        Assert.Equal(
            MetaSchemas.Draft7Id.OriginalString.TrimEnd('#'),
            document.RootElement.GetProperty("$schema").GetString()!.TrimEnd('#')
        );
        Assert.True(MetaSchemas.Draft7.Evaluate(document.RootElement).IsValid);

        // Draft 7 ignores what stands beside a reference, and every reference must lead somewhere.
        Assert.All(Objects(JsonNode.Parse(schema)!).Where(static each => each.ContainsKey("$ref")), each =>
        {
            Assert.Single(each);
            var target = ((string)each["$ref"]!).TrimStart('#', '/').Split('/');
            Assert.NotNull(JsonNode.Parse(schema)![target[0]]![target[1]]);
        });
    }

    /// <summary>What an editor shows for a key is what the reference says of it, with its default.</summary>
    [Fact]
    public void EachKeyHasItsHoverText()
    {
        var described = Described(AllObjects()).ToHashSet();
        Assert.All(Keys(), key => Assert.Contains(key, described));
        Assert.All(CommonKey.All.Concat(RecipeKey.All).Where(static key => key != CommonKey.Family), key =>
            Assert.Contains((key.Name, key.Summary), described)
        );
    }

    /// <summary>What an editor shows for each word that may be written alone, and for each with arguments.</summary>
    [Fact]
    public void EachWordHasItsHoverText()
    {
        var objects = AllObjects();
        var described = objects
            .Where(static each => each["description"] is JsonValue)
            .SelectMany(static each =>
                each["const"] is JsonValue word ? [((string)word!, (string)each["description"]!)]
                : each["required"] is JsonArray { Count: > 0 } required ? [((string)required[0]!, (string)each["description"]!)]
                : Array.Empty<(string, string)>()
            )
            .Concat(Described(objects))
            .ToHashSet();
        var alone = objects
            .Select(static each => each["const"] as JsonValue)
            .OfType<JsonValue>()
            .Select(static word => (string)word!)
            .ToHashSet();

        Assert.All(Catalogue.Of<Definition>(), word =>
        {
            Assert.Contains((word.Word, word.Summary), described);
            Assert.True(
                word is Family || word.Parameters.Any(static parameter => parameter.IsRequired) || alone.Contains(word.Word),
                word.Word
            );
        });
    }

    private static List<JsonObject> AllObjects() =>
        [
            .. Objects(JsonNode.Parse(ModelGen.Compiler.Schema.JsonSchema.Write())),
            .. Objects(JsonNode.Parse(ModelGen.Compiler.Schema.JsonSchema.WriteRecipes())),
        ];

    private static IEnumerable<(string Name, string Description)> Described(IEnumerable<JsonObject> objects) =>
        objects
            .Select(static each => each["properties"] as JsonObject)
            .OfType<JsonObject>()
            .SelectMany(static properties => properties)
            .Where(static property => (property.Value as JsonObject)?["description"] is JsonValue)
            .Select(static property => (property.Key, (string)property.Value!["description"]!));

    private static IEnumerable<(string Name, string Description)> Keys() =>
        Catalogue
            .Of<Definition>()
            .SelectMany(static word => Inside(word.Parameters))
            .Select(static key => (key.Name, key.IsRequired ? key.Summary : $"{key.Summary} (default: {key.DefaultText})"))
            .Distinct();

    private static IEnumerable<ModelGen.Compiler.Language.Parameter> Inside(IEnumerable<ModelGen.Compiler.Language.Parameter> parameters) =>
        parameters.SelectMany(static parameter => (parameter.Form is GroupForm group ? Inside(group.Parameters) : []).Prepend(parameter));

    private static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node switch
        {
            JsonObject map => map.SelectMany(static pair => Objects(pair.Value)).Prepend(map),
            JsonArray list => list.SelectMany(Objects),
            _ => [],
        };

    private static IEnumerable<string> Blocks(string page) =>
        YamlBlock().Matches(page.ReplaceLineEndings("\n")).Select(static match => match.Groups[1].Value);

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(static file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static void AssertAllows(EditorSchema schema, string yaml) =>
        Assert.True(schema.Allows(yaml), $"{schema.Problems(yaml)}\n\n{yaml}");

    [GeneratedRegex("^```yaml\n(?:(?!```).*\n)*```\n\n```text\n[^`\n]*error MG", RegexOptions.Multiline)]
    private static partial Regex Wrong();

    // A key that only whole files have.
    [GeneratedRegex("^(family|run)(?=:)", RegexOptions.Multiline)]
    private static partial Regex Whole();

    [GeneratedRegex("^(?=[a-z])", RegexOptions.Multiline)]
    private static partial Regex Key();

    [GeneratedRegex("^```yaml\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
