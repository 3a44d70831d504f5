using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>For the test of the reader: all ways to hand a number or a generator over, and those that hold it meanwhile.</summary>
internal sealed class CarelessCode
{
    private static readonly Scalar Two = 2;

    private readonly BatchNorm2d _norm = nn.BatchNorm2d(1);
    private readonly List<BatchNorm1d> _norms = [];
    private readonly Linear _linear = nn.Linear(1, 1);

    public Tensor OfAFunction(Tensor x) => nn.functional.softplus(x);

    public Tensor OfAnOperator(Tensor x) => x * 2;

    public Tensor InAVariable(Tensor x)
    {
        Scalar two = 2;
        return x.mul(two);
    }

    public Tensor Held(Tensor x)
    {
        using Scalar two = 2;
        return _linear.call(x).mul(two).mul(Two);
    }

    public Tensor OfModules(Tensor x) => _norms[0].call(_norm.call(x));

    public Tensor OfTheGenerator() => get_rng_state();

    public Tensor WithTheGenerator()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }
}
