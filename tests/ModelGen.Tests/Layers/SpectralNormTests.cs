using ModelGen.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public class SpectralNormTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    // import numpy as np
    // w = np.sin(1 + 1.3 * np.arange(24)).reshape(2, 3, 4)
    // w = w.reshape(2, 12)                                       for axis 0
    // w = np.moveaxis(w, 1, 0).reshape(3, 8)                     for axis 1
    // u = np.cos(np.arange(w.shape[0])); v = np.cos(2 * np.arange(w.shape[1]))
    // u = w @ v; u /= np.linalg.norm(u); v = w.T @ u; v /= np.linalg.norm(v)
    // print(u, v, u @ w @ v, np.linalg.svd(w)[1][0])
    [Theory]
    [InlineData(
        0,
        new[] { 0.8430508944801873, -0.5378337933936062 },
        new[]
        {
            0.33260408706979205,
            0.3143183466309509,
            -0.16444450799179902,
            -0.4022957731540567,
            -0.05078278816686658,
            0.375127100456202,
            0.25147490808161016,
            -0.24058861377558846,
            -0.380189252812377,
            0.03718825420965304,
            0.40008488169172807,
            0.17685622019623465,
        },
        3.391500469381247,
        3.47329220533984
    )]
    [InlineData(
        1,
        new[] { 0.39479353182841576, -0.43964324961989, -0.8067539155716003 },
        new[]
        {
            0.4486858931809662,
            -0.09110676586477752,
            -0.49742779947817106,
            -0.17501594150665656,
            -0.46968387978735593,
            0.037674881197058196,
            0.48983985296492255,
            0.2243882925664557,
        },
        2.4748023098998844,
        2.7633782665632367
    )]
    public void AnIterationIsThatOfTheFormula(long axis, double[] u, double[] v, double norm, double largest)
    {
        using var scope = NewDisposeScope();
        var weight = Weight();
        using var module = new SpectralNorm(weight, axis);
        var (moduleU, moduleV) = (module.get_buffer("u")!, module.get_buffer("v")!);
        moduleU.copy_(arange(moduleU.numel(), ScalarType.Float64).cos());
        moduleV.copy_(arange(moduleV.numel(), ScalarType.Float64).mul(2).cos());

        var result = module.call(weight);

        AssertClose(u, moduleU);
        AssertClose(v, moduleV);
        Assert.True(allclose(weight / norm, result, 1e-12, 1e-12));

        // In evaluation nothing moves.
        module.eval();
        Assert.True(allclose(weight / norm, module.call(weight), 1e-12, 1e-12));
        AssertClose(u, moduleU);

        module.train();
        for (var iteration = 0; iteration < 200; iteration++)
        {
            module.call(weight);
        }

        Assert.True(allclose(weight / largest, module.call(weight), 1e-9, 1e-9));
    }

    [Fact]
    public void TheEstimateIsCloseFromTheStart()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var weight = randn(20, 30);
        using var module = new SpectralNorm(weight, 0);
        module.eval();
        Assert.InRange(linalg.svd(module.call(weight)).S.max().item<float>(), 1, 1.05);
    }

    // Miyato et al. 2018, section 2.1: with u and v as constants, the gradient of Σ c ⊙ W / σ is (c − (Σ c ⊙ W / σ) u vᵀ) / σ.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheGradientTakesTheSingularVectorsAsConstants(bool isTraining)
    {
        using var scope = NewDisposeScope();
        var weight = Weight().view(6, 4).detach().requires_grad_();
        using var module = new SpectralNorm(weight, 0);
        module.train(isTraining);
        var result = module.call(weight);
        var (u, v) = (module.get_buffer("u")!.clone(), module.get_buffer("v")!.clone());

        // The discriminator sees two batches before the gradient is taken.
        module.train();
        module.call(weight);
        var factors = arange(24, ScalarType.Float64).cos().view(6, 4);
        (factors * result).sum().backward();

        var norm = u.unsqueeze(0).matmul(weight.detach()).matmul(v.unsqueeze(1)).item<double>();
        var expected = (factors - ((factors * weight.detach() / norm).sum() * u.unsqueeze(1) * v.unsqueeze(0))) / norm;
        Assert.True(allclose(expected, weight.grad!, 1e-10, 1e-12));
    }

    [Fact]
    public void TheStateIsUAndVAndMovesWithTheModule()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var weight = randn(5, 3, 2);
        using var module = new SpectralNorm(weight, 1);
        Assert.Equal(
            ["u [3]", "v [10]"],
            module.state_dict().Select(static entry => $"{entry.Key} [{entry.Value.numel()}]").Order(StringComparer.Ordinal)
        );
        Assert.Empty(module.parameters());

        module.to(ScalarType.Float64);
        var result = module.call(weight.to(ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, result.dtype);
        Assert.Equal(ScalarType.Float64, module.state_dict()["u"].dtype);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NothingStaysAlive(bool isTraining)
    {
        using var weight = randn(5, 3).requires_grad_();
        var empty = Live;
        using (var module = new SpectralNorm(weight, 1))
        {
            module.train(isTraining);
            Assert.Equal(empty + 2, Live);
            using (var result = module.call(weight))
            {
                Assert.Equal(empty + 3, Live);
            }

            Assert.Equal(empty + 2, Live);
        }

        Assert.Equal(empty, Live);
    }

    [Fact]
    public void RefusesWhatIsNoMatrix()
    {
        using var vector = zeros(3);
        using var matrix = zeros(3, 2);
        Assert.Throws<ArgumentException>(() => new SpectralNorm(vector, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpectralNorm(matrix, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpectralNorm(matrix, -1));
    }

    private static Tensor Weight() => tensor(Enumerable.Range(0, 24).Select(static i => Math.Sin(1 + (1.3 * i))).ToArray()).view(2, 3, 4);

    private static void AssertClose(double[] expected, Tensor actual)
    {
        foreach (var (value, now) in expected.Zip(actual.data<double>()))
        {
            Assert.Equal(value, now, 1e-12);
        }
    }
}
