using ModelGen.Likelihoods;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Likelihoods;

public sealed class LikelihoodTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _output;
    private readonly Tensor _images;

    public LikelihoodTests()
    {
        using var generator = new Generator(3);
        _output = randn([2, 1, 3, 2], generator: generator);
        _images = rand([2, 1, 3, 2], generator: generator);
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void BernoulliIsTheCrossEntropyOfThePixels()
    {
        var model = new Bernoulli();
        Check(model, static (output, x) => (x * Math.Log(Sigmoid(output))) + ((1 - x) * Math.Log(1 - Sigmoid(output))));
        Assert.Equal(Pixels(_output).Select(static output => (float)Sigmoid(output)), Values(model.Mean(_output)), static (a, b) =>
            Math.Abs(a - b) < 1e-6
        );
    }

    [Fact]
    public void GaussianIsTheNormalDensity()
    {
        using var model = new Gaussian(0.3);
        Check(model, static (output, x) => -(Math.Pow(x - output, 2) / (2 * 0.3)) - (0.5 * Math.Log(2 * Math.PI * 0.3)));
        Assert.Equal(Values(_output), Values(model.Mean(_output)));
    }

    [Fact]
    public void LearnedGaussianStartsAtOneAndItsVarianceLearns()
    {
        using var model = new LearnedGaussian();
        Check(model, static (output, x) => -(Math.Pow(x - output, 2) / 2) - (0.5 * Math.Log(2 * Math.PI)));
        Assert.Equal(["log_variance"], model.named_parameters().Select(static parameter => parameter.name));

        // d/ds of -1/2 (e² exp(-s) + s) at s = 0 is 1/2 (e² - 1) for each pixel.
        model.LogProbability(_output, _images).sum().backward();
        var expected = Pixels(_output).Zip(Pixels(_images), static (output, x) => 0.5 * (Math.Pow(x - output, 2) - 1)).Sum();
        Assert.Equal(expected, model.LogVariance.grad!.item<float>(), 1e-4);

        using (no_grad())
        {
            model.LogVariance.fill_(Math.Log(0.3));
        }

        Check(model, static (output, x) => -(Math.Pow(x - output, 2) / (2 * 0.3)) - (0.5 * Math.Log(2 * Math.PI * 0.3)));
    }

    [Fact]
    public void LaplaceIsTheDensityOfTheDistance()
    {
        using var model = new Laplace(0.4);
        Check(model, static (output, x) => -(Math.Abs(x - output) / 0.4) - Math.Log(2 * 0.4));
    }

    [Fact]
    public void ScalesAreAboveZero()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new Gaussian(0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new Laplace(-1));
    }

    private void Check(Likelihood model, Func<double, double, double> logDensity)
    {
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var actual = model.LogProbability(_output, _images);
        Assert.Equal(live + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var expected = Pixels(_output).Zip(Pixels(_images), logDensity).Chunk(6).Select(static pixels => pixels.Sum());
        Assert.Equal(expected, Values(actual).Select(static value => (double)value), static (a, b) => Math.Abs(a - b) < 1e-4);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static IEnumerable<double> Pixels(Tensor tensor) => Values(tensor).Select(static value => (double)value);

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
