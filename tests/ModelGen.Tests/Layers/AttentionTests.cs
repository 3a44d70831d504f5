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
        var actual = Attention.ScaledDotProduct(query, key, value, isCausal: isCausal, isDifferentiatedTwice: true);
        Assert.Equal(before + 1, Live);
        var expected = nn.functional.scaled_dot_product_attention(query, key, value, is_casual: isCausal);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(actual.allclose(expected, 1e-12, 1e-12));
    }

    // What is left out has no influence, and what is left is as without it.
    [Theory]
    [InlineData(false, null, false, false)]
    [InlineData(false, null, false, true)]
    [InlineData(false, 2L, false, false)]
    [InlineData(false, 2L, true, false)]
    [InlineData(false, null, true, true)]
    [InlineData(true, null, false, false)]
    [InlineData(true, 3L, true, true)]
    public void WhatIsAbsentIsLeftOut(bool isCausal, long? window, bool hasSlopes, bool isDifferentiatedTwice)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Waves(0.1), Waves(1.4), Waves(2.2));
        var (rows, length) = (query.size(0), query.size(2));
        var presence = ones(rows, length);
        presence[0, TensorIndex.Slice(2)] = 0;
        presence[rows - 1] = 0;
        var before = Live;
        var actual = Attention.ScaledDotProduct(
            query,
            key,
            value,
            0,
            isCausal,
            window,
            hasSlopes,
            presence,
            isDifferentiatedTwice: isDifferentiatedTwice
        );
        Assert.Equal(before + 1, Live);
        for (var row = 0; row < rows - 1; row++)
        {
            var count = presence[row].sum().to(int64).item<long>();
            var expected = Attention.ScaledDotProduct(Of(query), Of(key), Of(value), 0, isCausal, window, hasSlopes);
            Assert.True(actual.narrow(0, row, 1).narrow(2, 0, count).allclose(expected, 1e-12, 1e-12), $"row {row}");

            Tensor Of(Tensor all) => all.narrow(0, row, 1).narrow(2, 0, count);
        }

        // A position that sees nothing else sees itself.
        Assert.True(actual[rows - 1].allclose(value[rows - 1], 1e-12, 1e-12));
        Assert.True(actual.isfinite().all().item<bool>());
    }

    // Each document is as if it were alone, wherever it stands.
    [Theory]
    [InlineData(false, null, false, false)]
    [InlineData(true, null, false, false)]
    [InlineData(true, 2L, false, true)]
    [InlineData(true, null, true, false)]
    [InlineData(false, 2L, true, true)]
    public void DocumentsDoNotSeeEachOther(bool isCausal, long? window, bool hasSlopes, bool isDifferentiatedTwice)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Waves(0.1), Waves(1.4), Waves(2.2));
        var (rows, length) = (query.size(0), query.size(2));
        for (var cut = 1; cut < length; cut++)
        {
            var documents = cat([zeros(rows, cut, dtype: int64), full(rows, length - cut, 3, dtype: int64)], 1);
            var before = Live;
            var actual = Attention.ScaledDotProduct(
                query,
                key,
                value,
                0,
                isCausal,
                window,
                hasSlopes,
                documents: documents,
                isDifferentiatedTwice: isDifferentiatedTwice
            );
            Assert.Equal(before + 1, Live);
            foreach (var (start, count) in new[] { (0, cut), (cut, length - cut) })
            {
                var expected = Attention.ScaledDotProduct(Of(query), Of(key), Of(value), 0, isCausal, window, hasSlopes);
                Assert.True(actual.narrow(2, start, count).allclose(expected, 1e-12, 1e-12), $"cut at {cut}, from {start}");

                Tensor Of(Tensor all) => all.narrow(2, start, count);
            }
        }
    }

    [Fact]
    public void TheTokenThatEndsADocumentIsTheFirstOfTheNext()
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(
            new long[,]
            {
                { 5, 6, 9, 5, 9, 9 },
                { 9, 1, 2, 3, 4, 5 },
            }
        );
        var before = Live;
        var documents = Documents.Of(tokens, 9);
        Assert.Equal(before + 1, Live);
        Assert.Equal([0, 0, 1, 1, 2, 3, 1, 1, 1, 1, 1, 1], documents.data<long>().ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OfAnotherSequenceOnlyWhatIsPresentIsSeen(bool isDifferentiatedTwice)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Waves(0.1), Waves(1.4).narrow(2, 0, 3), Waves(2.2).narrow(2, 0, 3));
        var rows = query.size(0);
        var presence = ones(rows, 3);
        presence[0, 1] = 0;
        presence[rows - 1] = 0;
        var actual = Attention.ScaledDotProduct(
            query,
            key,
            value,
            presence: presence,
            isCross: true,
            isDifferentiatedTwice: isDifferentiatedTwice
        );
        var kept = tensor(new long[] { 0, 2 });
        var first = Attention.ScaledDotProduct(
            query.narrow(0, 0, 1),
            key.narrow(0, 0, 1).index_select(2, kept),
            value.narrow(0, 0, 1).index_select(2, kept)
        );
        Assert.True(actual.narrow(0, 0, 1).allclose(first, 1e-12, 1e-12));

        // Where nothing is present, all is seen.
        var whole = Attention.ScaledDotProduct(query, key, value);
        Assert.True(actual[rows - 1].allclose(whole[rows - 1], 1e-12, 1e-12));
    }

    [Fact]
    public void DropoutDropsItsShareAndScalesTheRest()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var rest = Attention.ScaledDotProduct(
            zeros(1, 2, 50, 4),
            zeros(1, 2, 50, 4),
            eye(50).expand(1, 2, 50, 50),
            dropout: 0.25,
            isDifferentiatedTwice: true
        );
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
            var scores = (
                Attention.ScaledDotProduct(samples, samples.flip(3), samples.square(), isCausal: isCausal, isDifferentiatedTwice: true)
                * Waves(1.1)
            ).sum();
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
            samples =>
                Attention
                    .ScaledDotProduct(samples * weight, samples, samples, isCausal: isCausal, isDifferentiatedTwice: true)
                    .sum([1, 2, 3]),
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
        Assert.True(Attention.ScaledDotProduct(query, key, value, isDifferentiatedTwice: true).allclose(expected, 1e-12, 1e-12));
    }

    // By the fused function, by the formula, and one head and position after another.
    [Theory]
    [InlineData(3, true, null, true)]
    [InlineData(3, false, null, true)]
    [InlineData(1, false, 2L, false)]
    [InlineData(1, true, 2L, true)]
    [InlineData(1, true, 1L, false)]
    [InlineData(3, false, 5L, false)]
    [InlineData(3, true, 100L, false)]
    public void WindowsSlopesAndGroupsAreTheSameBothWays(int groups, bool isCausal, long? window, bool hasSlopes)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Waves(0.1), Waves(1.4).narrow(1, 0, groups), Waves(2.2).narrow(1, 0, groups));
        var before = Live;
        var fused = Attention.ScaledDotProduct(query, key, value, 0, isCausal, window, hasSlopes);
        Assert.Equal(before + 1, Live);
        var plain = Attention.ScaledDotProduct(query, key, value, 0, isCausal, window, hasSlopes, isDifferentiatedTwice: true);
        Assert.Equal(before + 2, Live);

        var slopes = new[] { 1 / 16.0, 1 / 256.0, 1 / 4.0 };
        for (var at = 0; at < 2 * 3 * 5; at++)
        {
            var (sample, head, place) = (at / 15, at / 5 % 3, at % 5);
            var shared = head * groups / 3;
            var weights = Enumerable
                .Range(0, 5)
                .Select(other =>
                    (isCausal && other > place) || Math.Abs(other - place) >= (window ?? 5)
                        ? 0
                        : Math.Exp(
                            ((query[sample, head, place] * key[sample, shared, other]).sum().item<double>() / 2)
                                - (hasSlopes ? slopes[head] * Math.Abs(other - place) : 0)
                        )
                )
                .ToArray();
            var expected = value[sample, shared].mul(tensor(weights).unsqueeze(1)).sum([0]) / weights.Sum();
            Assert.True(fused[sample, head, place].allclose(expected, 1e-9, 1e-9), $"fused, {sample}, {head}, {place}");
            Assert.True(plain[sample, head, place].allclose(expected, 1e-9, 1e-9), $"plain, {sample}, {head}, {place}");
        }
    }

    [Fact]
    public void SlopesAreThoseOfThePaper()
    {
        Assert.Equal([1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0, 1 / 128.0, 1 / 256.0], Attention.Slopes(8));
        Assert.Equal([1 / 256.0], Attention.Slopes(1));

        // Between those of 8 heads come every other one of those of 16.
        Assert.Equal(
            [.. Attention.Slopes(8), Math.Pow(2, -0.5), Math.Pow(2, -1.5), Math.Pow(2, -2.5), Math.Pow(2, -3.5)],
            Attention.Slopes(12)
        );
        Assert.Throws<ArgumentOutOfRangeException>(static () => Attention.Slopes(0));
        Assert.Throws<ArgumentOutOfRangeException>(static () =>
            Attention.ScaledDotProduct(zeros(1, 1, 2, 2), zeros(1, 1, 2, 2), zeros(1, 1, 2, 2), window: 0)
        );
    }

    [Theory]
    [InlineData(new long[] { 5, 4 }, new long[] { 5, 4 }, new long[] { 5, 4 }, false)] // no batch, no heads
    [InlineData(new long[] { 4 }, new long[] { 4 }, new long[] { 4 }, false)]
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 5, 6 }, new long[] { 2, 3, 5, 4 }, false)] // the heads' sizes
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 6, 4 }, false)] // the lengths of key and value
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 2, 5, 4 }, new long[] { 2, 3, 5, 4 }, false)] // the heads
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 5, 4 }, new long[] { 4, 3, 5, 4 }, false)] // the batch
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 3, 6, 4 }, new long[] { 2, 3, 6, 4 }, true)] // distances between sequences
    [InlineData(new long[] { 2, 3, 5, 4 }, new long[] { 2, 0, 5, 4 }, new long[] { 2, 0, 5, 4 }, false)] // no heads to share
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
