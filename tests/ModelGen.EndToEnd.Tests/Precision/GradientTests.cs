using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Precision;

/// <summary>Gradients through casts are those of float32 but for rounding, and arrive at weights that stay float32.</summary>
public class GradientTests
{
    // Half the distance from 1 to the next number of 8 and of 11 bits.
    private const double BFloat16 = 1.0 / 256;
    private const double Float16 = 1.0 / 2048;

    [Theory]
    [InlineData("bfloat16", BFloat16)]
    [InlineData("float16", Float16)]
    public void ALinearMapsGradientsLieWithinTheirRounding(string precision, double rounding)
    {
        using var scope = NewDisposeScope();
        var compiled = SpecAssembly.Compile(
            $"model: M\nfamily: network\nprecision: {precision}\ndata: {{ tensor: [16] }}\nnetwork: [linear: 8]\n"
        );
        using var model = compiled.Create();
        var x = compiled.Input(32, 0);
        x.requires_grad = true;
        var c = randn(32, 8);

        (model.call(x) * c).sum().backward();

        // ∂/∂W = cᵀ x, ∂/∂b = Σ c and ∂/∂x = c W: both factors are rounded, and the sum.
        var weight = model.state_dict()["linear.weight"];
        Close(model.get_parameter("linear.weight")!.grad!, c.T.mm(x), c.abs().T.mm(x.abs()), roundings: 3);
        Close(model.get_parameter("linear.bias")!.grad!, c.sum([0]), c.abs().sum([0]), roundings: 2);
        Close(x.grad!, c.mm(weight), c.abs().mm(weight.abs()), roundings: 3);

        void Close(Tensor gradient, Tensor exact, Tensor size, int roundings)
        {
            Assert.Equal(float32, gradient.dtype);

            // The products of two roundings, and float32's own.
            var bound = size * (roundings * rounding * 1.02);
            Assert.True(
                ((gradient - exact).abs() <= bound).all().item<bool>(),
                $"{((gradient - exact).abs() / size).max().item<float>() / rounding} roundings"
            );
            Assert.False(gradient.equal(exact).all().item<bool>());
        }
    }

    [Theory]
    [InlineData("bfloat16", BFloat16)]
    [InlineData("float16", Float16)]
    public void AWholeModelsGradientsAreThoseOfFloat32(string precision, double rounding)
    {
        using var scope = NewDisposeScope();
        using var exact = Model("float32");
        using var low = Model(precision);
        var tokens = randint(256, [4, 12], int64);
        var targets = randint(256, [48], int64);
        foreach (var model in new[] { exact, low })
        {
            nn.functional.cross_entropy(model.call(tokens).view(-1, 256), targets).backward();
        }

        // Some twenty roundings one after the other, half of them on the way back, and independent of each other.
        foreach (var ((name, wanted), (_, got)) in exact.named_parameters().Zip(low.named_parameters()))
        {
            Assert.Equal((float32, float32), (got.dtype, got.grad!.dtype));
            var error = (linalg.vector_norm(got.grad - wanted.grad!) / linalg.vector_norm(wanted.grad!)).item<float>();
            Assert.True(error > 0 && error < Math.Sqrt(20) * rounding, $"{name}: {error / rounding} roundings");
        }
    }

    private static nn.Module<Tensor, Tensor> Model(string precision) =>
        SpecAssembly
            .Compile(
                $$"""
                model: M
                family: transformer
                precision: {{precision}}
                data: { tokens: { tokenizer: bytes, context: 12 } }
                initialiser: { normal: 0.1 }
                network:
                  - embed: 32
                  - repeat: 2
                    layers:
                      - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
                      - residual: [layer-norm, linear: 64, gelu, linear: 32]
                  - layer-norm
                  - unembed
                objective: next-token

                """
            )
            .Create(seed: 3);
}
