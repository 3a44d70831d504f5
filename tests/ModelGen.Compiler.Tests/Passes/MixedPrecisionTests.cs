using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Passes;

/// <summary>What holds for every model in fewer bits, whatever its layers.</summary>
public sealed class MixedPrecisionTests
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

        var models = new[] { Precision.Full, Low, Precision.Half }.Select(precision => Build(spec, precision)).ToList();
        var before = models.Select(Fingerprint.Of).ToList();
        models.ForEach(MixedPrecision.Apply);

        Assert.Single(before.Concat(models.Select(Fingerprint.Of)).Distinct());
    }

    private static void Check(string spec)
    {
        var (full, low) = (Build(spec, "float32"), Build(spec, Low));
        MixedPrecision.Apply(full);
        MixedPrecision.Apply(low);
        Assert.All(Operations(full), static operation => Assert.Equal("float32", operation.Output.Precision));
        foreach (var graph in low.Classes.Append(low.Root).Where(static graph => graph.Operations.Count > 0))
        {
            var casts = graph.Operations.Where(static operation => operation.Op is Cast).ToList();
            Assert.Distinct(casts.Select(static cast => (cast.Op, cast.Operands)));
            Assert.All(casts, static cast => Assert.All(cast.Inputs, input => Assert.NotEqual(input.Precision, cast.Output.Precision)));
            Assert.All(casts, cast =>
                Assert.True(cast.Output == graph.Output || graph.Operations.Any(operation => operation.Inputs.Contains(cast.Output)))
            );
            Assert.Equal("float32", graph.Output.Precision);
            Assert.Equal("float32", graph.Input.Precision);
            foreach (var operation in graph.Operations.Except(casts))
            {
                var wanted = operation.Op.NumericClass switch
                {
                    NumericClass.Product => Low,
                    NumericClass.Exact => "float32",
                    _ => null,
                };
                Assert.All(operation.Inputs, input =>
                    Assert.True(wanted is null || input.Type != ElementType.Number || input.Precision == wanted, operation.Op.Name)
                );
                Assert.Equal(
                    wanted ?? (operation.Inputs.All(static input => input.Precision == Low) ? Low : "float32"),
                    operation.Output.Precision
                );
            }
        }

        // Beside casts nothing came and nothing went.
        Assert.Equal(Operations(full).Count(), Operations(low).Count(static operation => operation.Op is not Cast));
    }

    private static IEnumerable<Operation> Operations(ModelGraph model) =>
        model.Classes.Append(model.Root).SelectMany(static graph => graph.Operations);

    private static ModelGraph Build(string text, string precision)
    {
        var lines = text.Split('\n').Where(static line => !line.StartsWith("precision:", StringComparison.Ordinal)).ToList();
        lines.Insert(lines.FindIndex(static line => line.StartsWith("family:", StringComparison.Ordinal)) + 1, $"precision: {precision}");
        var parsed = SpecCompiler.Parse(string.Join('\n', lines));
        Assert.Empty(parsed.Diagnostics);
        var errors = new List<GraphError>();
        var model = Family.Of(parsed.Spec!).Build(parsed.Spec!, errors);
        Assert.Empty(errors);
        return model!;
    }
}
