using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Initialisers;

public sealed class InitialiserTests
{
    // A linear weight [200, 300] and a convolution's [100, 30, 5], whose fans are 300 and 200, and 150 and 500.
    private const string Layers = """
        model: Started
        family: network
        data: { tensor: [30, 300] }
        initialiser: INITIALISER
        network:
          - linear: 200
          - conv: { channels: 100, kernel: 5 }

        """;

    public static IEnumerable<object[]> Words =>
        Catalogue.Of<Initialiser>().Select(static initialiser => new object[] { initialiser.Word });

    [Theory]
    [MemberData(nameof(Words))]
    public void WeightsFollowTheirDistribution(string word)
    {
        var example = Catalogue.Of<Initialiser>().Single(initialiser => initialiser.Word == word).Example;
        using var scope = NewDisposeScope();
        using var model = SpecAssembly
            .Compile(
                Layers.Replace(
                    "INITIALISER",
                    example.Contains(':', StringComparison.Ordinal) ? $"{{ {example} }}" : example,
                    StringComparison.Ordinal
                )
            )
            .Create();
        var state = model.state_dict();
        Check(word, state["linear.weight"].detach(), 300, 200);
        Check(word, state["conv.weight"].detach(), 150, 500);
        Assert.Equal(0, state["linear.bias"].abs().max().item<float>());
        Assert.Equal(0, state["conv.bias"].abs().max().item<float>());
    }

    [Fact]
    public void ALayersOwnInitialiserComesFirst()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly
            .Compile(
                Layers
                    .Replace("INITIALISER", "{ constant: 1 }", StringComparison.Ordinal)
                    .Replace("linear: 200", "linear: { features: 200, initialiser: { constant: 2 } }", StringComparison.Ordinal)
            )
            .Create();

        Assert.Equal(2, model.state_dict()["linear.weight"].mean().item<float>());
        Assert.Equal(1, model.state_dict()["conv.weight"].mean().item<float>());
    }

    // The width of the interval that libtorch draws from, or where it cuts, is a number of float32, too; the smallest fans make the widest.
    [Theory]
    [InlineData("uniform", "1.7e38", "1.8e38")]
    [InlineData("truncated-normal", "1.7e38", "1.8e38")]
    [InlineData("xavier-uniform", "8.5e37", "8.6e37")]
    public void TheWidestIntervalIsDrawnFromAndAWiderOneRefused(string word, string widest, string wider)
    {
        var spec = $"model: Started\nfamily: network\ndata: {{ tensor: [1] }}\ninitialiser: {{ {word}: NUMBER }}\nnetwork: [linear: 1]\n";
        using var model = SpecAssembly.Compile(spec.Replace("NUMBER", widest, StringComparison.Ordinal)).Create();
        Assert.All(model.parameters(), static weight => Assert.True(weight.isfinite().all().item<bool>()));
        Assert.Contains(
            "error MG2006",
            Assert.Single(new SpecAssembly().Add(spec.Replace("NUMBER", wider, StringComparison.Ordinal))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ANetworkStartsAsPyTorchDoesUnlessToldOtherwise()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Layers.Replace("initialiser: INITIALISER\n", "", StringComparison.Ordinal)).Create(seed: 4);
        var state = model.state_dict();
        manual_seed(4);
        using var linear = nn.Linear(300, 200);
        using var conv = nn.Conv1d(30, 100, 5);

        Assert.Equal(linear.weight!.bytes, state["linear.weight"].bytes);
        Assert.Equal(linear.bias!.bytes, state["linear.bias"].bytes);
        Assert.Equal(conv.weight!.bytes, state["conv.weight"].bytes);
    }

    [Theory]
    [InlineData("layer-norm")]
    [InlineData("batch-norm")]
    [InlineData("group-norm: 2")]
    public void ANormStartsWithScalesOfOneAndOffsetsOfZero(string layer)
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly
            .Compile(
                "model: Started\nfamily: network\ndata: { tensor: [6, 4, 5] }\ninitialiser: { constant: 0.5 }\nnetwork: "
                    + $"[conv: {{ channels: 6, kernel: 1 }}, {layer}]\n"
            )
            .Create();
        var name = layer.Split(':')[0].Replace('-', '_');
        var state = model.state_dict();

        Assert.True(state[$"{name}.weight"].eq(1).all().item<bool>());
        Assert.True(state[$"{name}.bias"].eq(0).all().item<bool>());
    }

    // Radford et al. 2019: N(0, 0.02²), and 0.02 / sqrt(residuals) where a residual's branch ends: five of them, two in each repetition.
    [Fact]
    public void ATransformerStartsAsGpt2Does()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly
            .Compile(
                """
                model: Started
                family: transformer
                data: { tokens: { context: 128 } }
                blocks:
                  mlp: { layers: [layer-norm, linear: 256, gelu, linear: 64, dropout: 0.1] }
                network:
                  - embed: 64
                  - repeat: 2
                    layers:
                      - residual: [layer-norm, self-attention: { heads: 4, causal: true }]
                      - residual: [mlp]
                  - residual: [layer-norm, linear: 64, relu]
                  - layer-norm
                  - unembed
                objective: next-token

                """
            )
            .Create();
        var scaled = 0;
        foreach (var (name, parameter) in model.named_parameters())
        {
            var weight = parameter.detach();
            if (name.Contains("norm", StringComparison.Ordinal))
            {
                Assert.Equal(name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f, weight.mean().item<float>());
                continue;
            }

            if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                Assert.Equal(0, weight.abs().max().item<float>());
                continue;
            }

            var isLast =
                name.EndsWith("projection.weight", StringComparison.Ordinal)
                || name.EndsWith("mlp.linear2.weight", StringComparison.Ordinal);
            scaled += isLast ? 1 : 0;
            Assert.Equal(isLast ? 0.02 / Math.Sqrt(5) : 0.02, Deviation(weight), isLast ? 0.0004 : 0.0008);
        }

        Assert.Equal(4, scaled);
    }

    [Fact]
    public void OneSeedGivesOneModel()
    {
        using var scope = NewDisposeScope();
        var compiled = SpecAssembly.Compile(Layers.Replace("INITIALISER", "kaiming-normal", StringComparison.Ordinal));
        using var first = compiled.Create(seed: 7);
        using var second = compiled.Create(seed: 7);
        using var other = compiled.Create(seed: 8);

        Assert.All(first.state_dict(), entry => Assert.True(entry.Value.bytes.SequenceEqual(second.state_dict()[entry.Key].bytes)));
        Assert.False(first.state_dict()["linear.weight"].bytes.SequenceEqual(other.state_dict()["linear.weight"].bytes));
    }

    private static void Check(string word, Tensor weight, double fanIn, double fanOut)
    {
        var (mean, deviation, largest) = (weight.mean().item<float>(), Deviation(weight), weight.abs().max().item<float>());
        void Uniform(double bound)
        {
            Assert.InRange(largest, 0.999 * bound, bound);
            Assert.Equal(bound / Math.Sqrt(3), deviation, 0.02 * bound);
            Assert.Equal(0, mean, 0.02 * bound);
        }

        void Normal(double center, double expected)
        {
            Assert.Equal(expected, deviation, 0.02 * expected);
            Assert.Equal(center, mean, 0.02 * expected);
            Assert.True(largest > 3 * expected);
        }

        // The arguments are those of each word's example.
        switch (word)
        {
            case "constant":
                Assert.True(allclose(weight, full_like(weight, 0.5)));
                break;
            case "normal":
                Normal(0.1, 0.02);
                break;
            case "uniform":
                Uniform(0.1);
                break;
            case "truncated-normal":
                // Cut at two deviations, the deviation is sqrt(1 - 4 φ(2) / (2 Φ(2) - 1)) of what it was.
                Assert.InRange(largest, 0.0399, 0.04);
                Assert.Equal(0.02 * 0.87963, deviation, 0.0003);
                break;
            case "xavier-normal":
                Normal(0, Math.Sqrt(2) * Math.Sqrt(2 / (fanIn + fanOut)));
                break;
            case "xavier-uniform":
                Uniform(Math.Sqrt(2) * Math.Sqrt(6 / (fanIn + fanOut)));
                break;
            case "kaiming-normal":
                Normal(0, Math.Sqrt(2 / (1 + (0.2 * 0.2)) / fanIn));
                break;
            case "kaiming-uniform":
                Uniform(Math.Sqrt(6 / (1 + (0.2 * 0.2)) / fanIn));
                break;
            case "orthogonal":
                var rows = weight.flatten(1);
                Assert.True(allclose(2 * eye(rows.shape[0]), rows.matmul(rows.t()), 1e-4, 1e-4));
                break;
            default:
                throw new InvalidOperationException($"The distribution of '{word}' is not tested yet.");
        }
    }

    private static double Deviation(Tensor weight) => (weight - weight.mean()).square().mean().sqrt().item<float>();
}
