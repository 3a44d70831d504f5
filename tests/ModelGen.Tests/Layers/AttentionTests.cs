using ModelGen.Layers;
using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public sealed class AttentionTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ComputesWhatLibtorchsFusedFunctionDoes(bool isCausal)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Waves(0.1), Waves(1.4), Waves(2.2));
        var before = Live;
        var actual = Attention.ScaledDotProduct(query, key, value, isCausal: isCausal);
        Assert.Equal(before + 1, Live);
        var expected = nn.functional.scaled_dot_product_attention(query, key, value, is_casual: isCausal);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(actual.allclose(expected, 1e-12, 1e-12));
    }

    [Fact]
    public void DropoutDropsItsShareAndScalesTheRest()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var rest = Attention.ScaledDotProduct(zeros(1, 2, 50, 4), zeros(1, 2, 50, 4), eye(50).expand(1, 2, 50, 50), dropout: 0.25);
        var dropped = rest.eq(0);
        Assert.Equal(0.25, dropped.to(float32).mean().item<float>(), 0.02);
        Assert.True(rest.masked_select(dropped.logical_not()).allclose(tensor(1 / 50f / 0.75f)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItsGradientHasTheGradientOfFiniteDifferences(bool isCausal)
    {
        using var scope = NewDisposeScope();
        var direction = Waves(3.1);
        var x = Waves(0.7).requires_grad_();
        Penalty(x).backward();
        var expected = ((Penalty(x + (1e-5 * direction)) - Penalty(x - (1e-5 * direction))) / 2e-5).item<double>();
        Assert.Equal(expected, (x.grad! * direction).sum().item<double>(), 1e-7);

        // The mean square of the slopes of a score; the penalty itself holds the samples constant.
        Tensor Penalty(Tensor samples)
        {
            var scores = (Attention.ScaledDotProduct(samples, samples.flip(3), samples.square(), isCausal: isCausal) * Waves(1.1)).sum();
            var points = samples.requires_grad ? samples : samples.requires_grad_();
            return autograd.grad([scores], [points], retain_graph: true, create_graph: true)[0].square().sum();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACriticThatAttendsCanBePenalised(bool isCausal)
    {
        using var scope = NewDisposeScope();
        var weight = Waves(0.4).narrow(0, 0, 1).clone().requires_grad_();
        using var penalty = GradientPenalty.ZeroCentred(
            samples => Attention.ScaledDotProduct(samples * weight, samples, samples, isCausal: isCausal).sum([1, 2, 3]),
            Waves(0.2)
        );
        penalty.backward();
        Assert.True(weight.grad!.abs().sum().item<double>() > 0);
    }

    [Fact]
    public void AQueryMayBeOfAnotherLengthThanKeyAndValueAndAValueOfAnotherSize()
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Waves(0.1).narrow(2, 0, 2), Waves(1.4), Waves(2.2).narrow(3, 0, 3));
        var expected = nn.functional.scaled_dot_product_attention(query, key, value);
        Assert.Equal([2L, 3, 2, 3], expected.shape);
        Assert.True(Attention.ScaledDotProduct(query, key, value).allclose(expected, 1e-12, 1e-12));
    }

    [Theory]
    [InlineData(new long[] { 5, 4 }, new long[] { 5, 4 }, new long[] { 5, 4 }, false)] // no batch, no heads
    [InlineData(new long[] { 4 }, new long[] { 4 }, new long[] { 4 }, false)]
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 5, 6 }, new long[] { 2, 3, 5, 4 }, false)] // the heads' sizes
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 6, 4 }, false)] // the lengths of key and value
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 2, 5, 4 }, new long[] { 2, 3, 5, 4 }, false)] // the heads
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 5, 4 }, new long[] { 4, 3, 5, 4 }, false)] // the batch
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 6, 4 }, new long[] { 2, 3, 6, 4 }, true)] // a mask that is not square
    public void ShapesThatDoNotGoTogetherAreRefused(long[] query, long[] key, long[] value, bool isCausal)
    {
        using var scope = NewDisposeScope();
        var message = Assert
            .Throws<ArgumentException>(() => Attention.ScaledDotProduct(zeros(query), zeros(key), zeros(value), isCausal: isCausal))
            .Message;
        Assert.Contains($"it got [{string.Join(", ", query)}], [{string.Join(", ", key)}] and [{string.Join(", ", value)}].", message);
    }

    // Two samples of three heads, five places and four features.
    private static Tensor Waves(double start) => arange(2 * 3 * 5 * 4, ScalarType.Float64).mul(1.3).add(start).sin().view(2, 3, 5, 4);
}
