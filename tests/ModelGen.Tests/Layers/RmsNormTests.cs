using ModelGen.Layers;
using ModelGen.Tests.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public sealed class RmsNormTests : TorchTest
{
    // The root of the mean of 3² and 4² is √12.5.
    [Fact]
    public void EachVectorHasAMeanSquareOfOne()
    {
        var norm = new RmsNorm([2], epsilon: 1e-30);

        var normed = norm.call(tensor(new float[] { 3, 4, -30, 40 }).view(2, 2));

        Assert.Equal(
            [3 / Math.Sqrt(12.5), 4 / Math.Sqrt(12.5), -3 / Math.Sqrt(12.5), 4 / Math.Sqrt(12.5)],
            normed.data<float>().ToArray().Select(static value => (double)value),
            static (expected, actual) => Math.Abs(expected - actual) < 1e-6
        );
    }

    [Fact]
    public void EpsilonKeepsZerosFiniteAndTheWeightScales()
    {
        var norm = new RmsNorm([2, 2], epsilon: 3);
        using (no_grad())
        {
            norm.weight.fill_(5);
        }

        // The mean of the squares is 1, and √(1 + 3) is 2.
        Assert.Equal([2.5f, -2.5f, 2.5f, 2.5f], norm.call(tensor(new float[] { 1, -1, 1, 1 }).view(1, 2, 2)).data<float>().ToArray());
        Assert.Equal(0, norm.call(zeros(1, 2, 2)).abs().sum().item<float>());
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RmsNorm([2], epsilon: 0));
    }

    [Fact]
    public void ItsGradientIsThatOfTheFormula()
    {
        var norm = new RmsNorm([3], epsilon: 0.5);
        norm.to(ScalarType.Float64);
        var x = tensor(new double[] { 0.3, -1.2, 2, 0.1, 0.7, -0.4 }).view(2, 3).requires_grad_();
        var factors = tensor(new double[] { 1, 2, -1, 0.5, -2, 1 }).view(2, 3);

        (norm.call(x) * factors).sum().backward();

        // d/dx of x_i r^(-1/2) with r = mean of x² + ε: g / √r - x (g · x) / (3 r √r).
        var r = (x.square().sum([1], keepdim: true) / 3) + 0.5;
        var expected = (factors / r.sqrt()) - (x * (factors * x).sum([1], keepdim: true) / (3 * r * r.sqrt()));
        Assert.True(x.grad!.allclose(expected, 1e-12, 1e-12));
        Assert.True(norm.weight.grad!.allclose((factors * x / r.sqrt()).sum([0]), 1e-12, 1e-12));
    }

    [Fact]
    public void OnlyTheResultIsLeft()
    {
        var (norm, input) = (new RmsNorm([3]), rand(2, 3));

        AssertLeavesNothing(() => norm.call(input).Dispose());
    }
}
