using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Tests.CSharp;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>Every word of the catalogue, by its own example.</summary>
public sealed partial class CatalogueTests
{
    public static TheoryData<string> Words => [.. EveryWord.Specs.Select(pair => pair.Name)];

    [Fact]
    public void WordsAreLowerCaseWithHyphens() =>
        Assert.All(EveryWord.Specs, pair =>
            Assert.All(pair.Word.Parameters.Select(parameter => parameter.Name).Append(pair.Word.Word), name =>
                Assert.Matches(Name(), name)
            )
        );

    [Fact]
    public void ExamplesCompileToCSharpWithoutAWarning()
    {
        var code = EveryWord.Specs.Select(
            (pair, i) =>
            {
                var compiled = SpecCompiler.Compile(
                    pair.Spec,
                    "example.model.yaml",
                    string.Create(CultureInfo.InvariantCulture, $"Space{i}")
                );
                Assert.True(
                    compiled.Code is not null,
                    $"{pair.Word.Word}: {string.Join('\n', compiled.Diagnostics.Select(d => d.Message))}"
                );
                return compiled.Code;
            }
        );

        CSharpCheck.IsClean(code);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void ExamplesWriteEveryParameter(string word)
    {
        var definition = Find(word).Definition;
        var written = EveryWord
            .Specs.Where(pair => pair.Word == definition)
            .SelectMany(pair => WrittenParameters.Find(SpecText.Parse(pair.Spec)).Values)
            .ToHashSet();

        Assert.Equal(
            "",
            string.Join(
                ", ",
                AllParameters(definition.Parameters).Where(parameter => !written.Contains(parameter)).Select(parameter => parameter.Name)
            )
        );
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void EveryParameterChangesTheCode(string word)
    {
        var (definition, text) = Find(word);
        var (spec, own) = (SpecText.Parse(text), AllParameters(definition.Parameters).ToHashSet());
        foreach (var (key, parameter) in WrittenParameters.Find(spec).Where(pair => own.Contains(pair.Value) && !IsOnlyChoice(pair.Value)))
        {
            var others = new List<string>();
            foreach (var (value, one, other) in Variants(spec, key).SelectMany(_ => Others(spec, key, parameter)))
            {
                others.Add(one == other ? $"{value} changes nothing" : "");
            }

            Assert.True(others.Count > 0, $"no other value of {parameter.Name} compiles");
            Assert.Equal("", string.Concat(others));
        }
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void LeavingOutAKeyMeansItsDocumentedDefault(string word)
    {
        var (definition, text) = Find(word);
        var (spec, own) = (SpecText.Parse(text), AllParameters(definition.Parameters).ToHashSet());
        // What the layers of the example take or give by its name cannot be left out of it, nor the id of a special token that a key beside
        // a tokenizer names; that no key is without an effect is told by the
        // test of deleted keys.
        foreach (
            var (key, parameter) in WrittenParameters
                .Find(spec)
                .Where(pair =>
                    own.Contains(pair.Value)
                    && !pair.Value.IsRequired
                    && pair.Value is not (NamedShapesParameter or NamesParameter)
                    && !(definition is Tokenizer && pair.Value is IntegerParameter)
                    && (word, pair.Value.Name) is not ("layer cross-attention", "memory")
                    && pair.Value.Name == pair.Key.Name
                )
        )
        {
            var compared = 0;
            foreach (var group in Variants(spec, key))
            {
                var with = Compile(spec);
                var at = group.Keys.IndexOf(key);
                group.Keys.RemoveAt(at);
                var without = Compile(spec);
                group.Keys.Insert(at, key);
                var original = key.Value;
                key.Value = new SpecText.Word(parameter is GroupParameter ? "{}" : parameter.DefaultText);
                var written = parameter.DefaultValue is null ? null : Compile(spec);
                key.Value = original;
                if (with is not null && without is not null)
                {
                    compared++;
                    if (parameter.DefaultValue is null)
                    {
                        Assert.NotEqual(with.Code, without.Code);
                    }
                    else
                    {
                        Assert.Equal(written?.Code, without.Code);
                    }
                }
            }

            Assert.True(compared > 0, $"{parameter.Name} cannot be left out");
        }
    }

    // The spec as it is, then without each one of the keys beside the one at hand: some keys forbid values of others.
    private static IEnumerable<SpecText.Group> Variants(SpecText spec, SpecText.Key key)
    {
        var group = spec.All().OfType<SpecText.Group>().Single(candidate => candidate.Keys.Contains(key));
        yield return group;
        foreach (var beside in group.Keys.Where(other => other != key).ToList())
        {
            var at = group.Keys.IndexOf(beside);
            group.Keys.RemoveAt(at);
            yield return group;
            group.Keys.Insert(at, beside);
        }
    }

    // The code before and after, for each other value that means something else; what no longer fits the rest of the model is not without
    // an effect, either.
    private static IEnumerable<(string Value, string Before, string After)> Others(SpecText spec, SpecText.Key key, Parameter parameter)
    {
        var before = Compile(spec);
        var original = key.Value;
        foreach (var other in before is null ? [] : OtherValues(parameter, original))
        {
            key.Value = new SpecText.Word(other);
            if (SpecCompiler.Parse(spec.Write()) is { Spec: { } after, Diagnostics.Count: 0 } && !after.Equals(before!.Spec))
            {
                yield return (other, before.Code, SpecCompiler.Generate(after, null).Code?.ToString() ?? "");
            }
        }

        key.Value = original;
    }

    private static (Definition Definition, string Spec) Find(string word) =>
        EveryWord.Specs.Where(pair => pair.Name == word).Select(pair => (pair.Word, pair.Spec)).Single();

    private static IEnumerable<Parameter> AllParameters(IReadOnlyList<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
            parameter is GroupParameter group ? AllParameters(group.Parameters).Prepend(parameter) : [parameter]
        );

    // The code without positions, which do not count as a change.
    private static Compiled? Compile(SpecText spec)
    {
        var parsed = SpecCompiler.Parse(spec.Write());
        return parsed.Diagnostics.Count == 0 && SpecCompiler.Generate(parsed.Spec!, null).Code is { } code
            ? new Compiled(parsed.Spec!, code.ToString())
            : null;
    }

    private sealed record Compiled(ModelSpec Spec, string Code);

    private static bool IsOnlyChoice(Parameter parameter) => WrittenParameters.Words(parameter) is [{ Parameters.Count: 0 }];

    private static string[] OtherValues(Parameter parameter, SpecText value)
    {
        var text = (value as SpecText.Word)?.Text;
        return parameter switch
        {
            FlagParameter => ["true", "false"],
            ChoiceParameter choice => [.. choice.Choices],
            TextParameter => ["another"],
            TextsParameter => ["[another]", "[one, 'two, three']"],
            TextNumbersParameter => ["{ another: 1 }", "{ a: -2, another: 0.5 }"],
            TextDurationsParameter => ["{ another: 7 steps }", "{ a: 0.25 epochs, another: 1k tokens }"],
            TypeParameter => ["Another.Module"],
            NumbersParameter => ["[1, 2.5]", "[]"],
            ShapeParameter => ["[6, 9]", "[7]"],
            IntegerParameter => [$"{text} + 1", $"2 * ({text})", $"({text}) / 2", $"{text} - 1", "256"],
            NumberParameter => [$"({text}) / 2", $"({text}) / 4"],
            PairParameter => ["[0.5, 0.75]", "[0.9, 0.75]"],
            DurationParameter => ["7 steps", "0.25 epochs", "1k tokens"],
            MemoryParameter => ["300 MB", "2.5 GB"],
            TimeParameter => ["90 seconds", "1.5 days"],
            SizesParameter =>
            [
                "0",
                "1",
                "2",
                "4",
                "5",
                "[0, 1]",
                "[3, 8]",
                "[-1, 3]",
                "[5, 9]",
                "[4, 12]",
                "[8, 8]",
                "[7, 4]",
                "[3, 8, 9]",
            ],
            NamedShapesParameter => ["{ memory: [4, S <= 7] }", "{ memory: [4, 9], total: [5] }"],
            NamesParameter => ["[other]", "[features, other]"],
            LayersParameter => ["[relu, linear: 4]", "[embed: 8, layer-norm, unembed]", "[linear: 5]"],
            GroupParameter { HasDefaults: true } => ["{}"],
            GroupParameter =>
            [
                "{ batch: 9, duration: 9 steps, optimizer: { adamw: 1e-5 } }",
                "{ classes: 5 }",
                "{ codes: 5 }",
                "{ every: 9 steps }",
                "9 steps",
                "9",
                "Another.Metrics",
                "{ layout: modelgen }",
            ],
            _ =>
            [
                .. WrittenParameters
                    .Words(parameter)!
                    .Select(word =>
                        word.Example.StartsWith(word.Word + ":", StringComparison.Ordinal) ? $"{{ {word.Example} }}" : word.Example
                    ),
                "{ tensor: [9] }",
                "{ tensor: [4, 12] }",
                "{ tensor: [8, 8] }",
                "{ tensor: [7, 4] }",
                "{ tokens: { context: 11 } }",
                "{ constant: 0.25 }",
                "{ adamw: 0.5 }",
            ],
        };
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Name();
}
