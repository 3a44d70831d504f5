using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Tests.Language;

namespace ModelGen.Compiler.Tests.Graph;

/// <summary>What holds for every model in fewer bits, whatever its layers.</summary>
public sealed class PrecisionTests
{
    private const string Low = "bfloat16";

    public static TheoryData<string> Specs => [.. Repository.Specs];

    [Theory]
    [MemberData(nameof(Specs))]
    public void EveryOperationWorksInWhatItWantsAndNothingIsCastTwice(string path) => Check(Repository.Read(path));

    [Fact]
    public void SoItIsForEveryWordOfTheCatalogue() => Assert.All(EveryWord.Specs, static pair => Check(pair.Spec));

    [Fact]
    public void APrecisionIsNoPartOfTheArchitecture()
    {
        var spec = Repository.Read("tests/ModelGen.Compiler.Tests/Specs/mixer.model.yaml");

        var fingerprints = new[] { ModelGen.Compiler.Graph.Precision.Full, Low, "float16" }.Select(precision => Build(spec, precision).Fingerprint);

        Assert.Single(fingerprints.Distinct());
    }

    private static void Check(string spec)
    {
        var (full, low) = (Build(spec, "float32"), Build(spec, Low));
        Assert.All(Operations(full), static operation => Assert.Equal("float32", operation.Output.Precision));
        foreach (var graph in low.Classes.Append(low.Root).Where(static graph => graph.Operations.Count > 0))
        {
            var casts = graph.Operations.Where(static operation => operation.Expression.Contains(".to(torch.", StringComparison.Ordinal)).ToList();
            Assert.Distinct(casts.Select(static cast => (cast.Expression, cast.Inputs)));
            Assert.All(casts, static cast => Assert.True(cast.Inputs.Count == 0 || cast.Inputs[0].Precision != cast.Output.Precision));
            Assert.All(casts, cast => Assert.True(cast.Output == graph.Output || graph.LastUses.ContainsKey(cast.Output)));
            Assert.Equal("float32", graph.Output.Precision);
            Assert.Equal("float32", graph.Input.Precision);
            foreach (var operation in graph.Operations.Except(casts))
            {
                var wanted = operation.Arithmetic switch { Arithmetic.Product => Low, Arithmetic.Exact => "float32", _ => null };
                Assert.All(operation.Inputs, input => Assert.True(wanted is null || input.Type == ElementType.TokenId || input.Precision == wanted, operation.Expression));
                Assert.Equal(wanted ?? (operation.Inputs.All(static input => input.Precision == Low) ? Low : "float32"), operation.Output.Precision);
            }
        }

        // Beside casts nothing came and nothing went.
        Assert.Equal(Operations(full).Count(), Operations(low).Count(static operation => !operation.Expression.Contains(".to(torch.", StringComparison.Ordinal)));
    }

    private static IEnumerable<Operation> Operations(ModelGraph model) => model.Classes.Append(model.Root).SelectMany(static graph => graph.Operations);

    private static ModelGraph Build(string text, string precision)
    {
        var lines = text.Split('\n').Where(static line => !line.StartsWith("precision:", StringComparison.Ordinal)).ToList();
        lines.Insert(lines.FindIndex(static line => line.StartsWith("family:", StringComparison.Ordinal)) + 1, $"precision: {precision}");
        var parsed = SpecCompiler.Parse(string.Join('\n', lines));
        Assert.Empty(parsed.Diagnostics);
        var errors = new List<GraphError>();
        var model = parsed.Spec!.Family.Build(parsed.Spec, errors);
        Assert.Empty(errors);
        return model!;
    }
}
