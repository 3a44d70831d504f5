using ModelGen.Layers;
using ModelGen.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public sealed class VectorQuantiserTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public VectorQuantiserTests() => manual_seed(1).Dispose();

    public void Dispose() => _scope.Dispose();

    // import numpy as np
    // z = np.sin(1 + 1.7 * np.arange(24)).reshape(2, 2, 3, 2)               # [batch, n, h, w]
    // codes = np.cos(np.arange(8)).reshape(4, 2); use = np.array([4.0, 1.0, 3.0, 4.0]); sums = codes * use[:, None]
    // rows = np.moveaxis(z, 1, 3).reshape(12, 2)
    // nearest = ((rows[:, None] - codes[None]) ** 2).sum(2).argmin(1)
    // e = np.moveaxis(codes[nearest].reshape(2, 3, 2, 2), 3, 1)
    // count = np.bincount(nearest, minlength=4); total = np.zeros((4, 2)); np.add.at(total, nearest, rows)
    // use = 0.9 * use + 0.1 * count; sums = 0.9 * sums + 0.1 * total
    // smoothed = (use + 1e-5) / (use.sum() + 4e-5) * use.sum()
    // p = count[count > 0] / 12
    // print(nearest, count, ((z - e) ** 2).sum((1, 2, 3)), use, (sums / smoothed[:, None]).ravel(), np.exp(-(p * np.log(p)).sum()))
    [Fact]
    public void AStepIsThatOfTheFormulas()
    {
        using var quantiser = Create(reviveBelow: 0.1);
        var grid = Grid();

        var (codes, vectors) = quantiser.Quantise(grid);

        Assert.Equal([2L, 3, 2], codes.shape);
        Assert.Equal([1L, 0, 2, 1, 0, 2, 0, 2, 1, 0, 2, 2], codes.reshape(-1).data<long>().ToArray());
        AssertClose([4.8795132729605655, 3.9920302451645457], (grid - vectors).square().sum([1, 2, 3]));
        AssertClose([4, 1.2, 3.2, 3.6], quantiser.get_buffer("use")!);
        AssertClose(
            [
                0.9740657097744696,
                0.4592357615163804,
                -0.2843859259495436,
                -0.9062742302554745,
                -0.6404547556328788,
                0.36175873347944154,
                0.9601708200768213,
                0.753902673176727,
            ],
            quantiser.get_buffer("codes")!
        );

        var counts = quantiser.Counts(codes);
        Assert.Equal([4f, 3, 5, 0], counts.data<float>().ToArray());
        var (perplexity, used) = VectorQuantisedObjective.UseOf(counts);
        Assert.Equal(2.937492502324356, perplexity.item<float>(), 1e-6);
        Assert.Equal(3, used.item<long>());
    }

    [Fact]
    public void GradientsPassStraightThrough()
    {
        using var quantiser = Create();
        var grid = Grid().requires_grad_();
        var (codes, vectors) = quantiser.Quantise(grid);
        Assert.False(vectors.requires_grad);

        var through = VectorQuantiser.StraightThrough(grid, vectors);
        var weights = arange(24, dtype: ScalarType.Float64).view(2, 2, 3, 2);
        (through * weights).sum().backward();

        Assert.True(allclose(vectors, through, 1e-14, 1e-14));
        Assert.Equal(weights.data<double>().ToArray(), grid.grad!.data<double>().ToArray());
        Assert.Equal(12, codes.numel());
    }

    [Fact]
    public void TheNearestOfAllDistancesIsFound()
    {
        using var quantiser = new VectorQuantiser(50, 7);
        quantiser.get_buffer("codes")!.copy_(randn(50, 7) * 3);
        var grid = randn(5, 7, 4, 3) * 3;

        var nearest = quantiser.Nearest(grid);

        var rows = grid.permute(0, 2, 3, 1).reshape(-1, 1, 7);
        Assert.Equal(
            (rows - quantiser.get_buffer("codes")!).square().sum([2]).argmin(1).data<long>().ToArray(),
            nearest.reshape(-1).data<long>().ToArray()
        );
        Assert.True(nearest.unique().output.numel() > 20);
        var ownCode = quantiser.Nearest(quantiser.Vectors(arange(50).view(1, 5, 10)));
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (long)i), ownCode.reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void TheFirstBatchBeginsTheCodebook()
    {
        using var quantiser = new VectorQuantiser(4, 2).to(ScalarType.Float64);
        var grid = Grid();
        manual_seed(8).Dispose();
        var drawn = Rows(grid).index_select(0, randint(12, [4], dtype: ScalarType.Int64));

        manual_seed(8).Dispose();
        var (codes, vectors) = quantiser.Quantise(grid);

        // What is returned is from before the codebook learned.
        Assert.Equal(Values(drawn.index_select(0, codes.reshape(-1))), Values(Rows(vectors)));
        Assert.True(codes.unique().output.numel() > 1);
    }

    [Fact]
    public void OnlyDeadCodesAreRevived()
    {
        // An even use is 12 / 4 = 3, and half of it is the least.
        using var quantiser = Create(reviveBelow: 0.5);
        var (codes, use) = (quantiser.get_buffer("codes")!, quantiser.get_buffer("use")!);
        use.copy_(tensor(new[] { 4, 1.5, 1.4999, 0 }));
        var before = codes.clone();
        var grid = Grid();
        manual_seed(8).Dispose();
        var drawn = Rows(grid).index_select(0, randint(12, [4], dtype: ScalarType.Int64));
        var expected = cat([before.narrow(0, 0, 2), drawn.narrow(0, 2, 2)]);

        manual_seed(8).Dispose();
        var (found, vectors) = quantiser.Quantise(grid);

        Assert.Equal(Values(expected.index_select(0, found.reshape(-1))), Values(Rows(vectors)));
        var counts = quantiser.Counts(found).to(ScalarType.Float64);
        Assert.True(counts[2].item<double>() > 0);
        AssertClose(Values((tensor(new[] { 4, 1.5, 1.5, 1.5 }) * 0.9) + (counts * 0.1)), use);

        // A revived code that nothing is nearest to is dead again after one step.
        use.copy_(tensor(new[] { 4, 4, 4, 0.0 }));
        codes.copy_(tensor(new[] { -1.0, 0, 1, 0, 0, 1, 0, 0 }, [4, 2]));
        quantiser.Quantise(codes.narrow(0, 0, 3).t().reshape(1, 2, 1, 3)); // copies one of the first three, which come first
        Assert.Equal(0.5 * 3 / 4 * 0.9, use[3].item<double>(), 1e-12);
    }

    [Fact]
    public void NothingChangesInEvaluation()
    {
        using var quantiser = Create(reviveBelow: 0.9);
        quantiser.eval();
        var before = quantiser.state_dict().ToDictionary(static entry => entry.Key, static entry => Values(entry.Value));
        Assert.Equal(["codes", "sums", "use"], before.Keys.Order());
        manual_seed(8).Dispose();
        var next = rand(1).item<float>();

        manual_seed(8).Dispose();
        quantiser.Quantise(Grid());

        Assert.Equal(next, rand(1).item<float>());
        Assert.All(quantiser.state_dict(), entry => Assert.Equal(before[entry.Key], Values(entry.Value)));

        // Nor in training where only the nearest codes are asked for.
        quantiser.train();
        quantiser.Nearest(Grid());
        Assert.All(quantiser.state_dict(), entry => Assert.Equal(before[entry.Key], Values(entry.Value)));
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var quantiser = Create();
        var grid = Grid();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            var (codes, vectors) = quantiser.Quantise(grid);
            quantiser.Nearest(grid).Dispose();
            quantiser.Counts(codes).Dispose();
            VectorQuantiser.StraightThrough(grid, vectors).Dispose();
            codes.Dispose();
            vectors.Dispose();
            Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    [Fact]
    public void WhatDoesNotSuitIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new VectorQuantiser(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new VectorQuantiser(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new VectorQuantiser(2, 2, decay: 1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new VectorQuantiser(2, 2, reviveBelow: 0));
        using var quantiser = new VectorQuantiser(2, 3);
        Assert.Contains(
            "[batch, 3, …] with at least one axis after the vectors; it got [2, 2, 3, 2]",
            Assert.Throws<ArgumentException>(() => quantiser.Nearest(Grid())).Message
        );
    }

    // The codebook and the grid of the script.
    private static VectorQuantiser Create(double reviveBelow = 0.1)
    {
        var quantiser = new VectorQuantiser(4, 2, decay: 0.9, reviveBelow).to(ScalarType.Float64);
        var codes = arange(8, dtype: ScalarType.Float64).cos().view(4, 2);
        var use = tensor(new[] { 4.0, 1, 3, 4 });
        quantiser.get_buffer("codes")!.copy_(codes);
        quantiser.get_buffer("use")!.copy_(use);
        quantiser.get_buffer("sums")!.copy_(codes * use.unsqueeze(1));
        return quantiser;
    }

    private static Tensor Grid() => ((arange(24, dtype: ScalarType.Float64) * 1.7) + 1).sin().view(2, 2, 3, 2);

    private static Tensor Rows(Tensor grid) => grid.permute(0, 2, 3, 1).reshape(-1, grid.size(1));

    private static double[] Values(Tensor tensor) => tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private static void AssertClose(double[] expected, Tensor actual) =>
        Assert.Equal(expected, Values(actual), static (a, b) => Math.Abs(a - b) < 1e-12);
}
