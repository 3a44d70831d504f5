using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Native;

/// <summary>What takes another way to libtorch than TorchSharp's own members, against these, to the byte.</summary>
public class TensorArithmeticTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(7)]
    public void SoftplusIsTorchSharps(double beta)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (linspace(-30, 30, 1001).requires_grad_(), linspace(-30, 30, 1001).requires_grad_());
        var (own, other) = (TensorArithmetic.Softplus(x, beta), nn.functional.softplus(y, beta));
        own.sum().backward();
        other.sum().backward();

        Assert.Equal(other.bytes.ToArray(), own.bytes.ToArray());
        Assert.Equal(y.grad!.bytes.ToArray(), x.grad!.bytes.ToArray());
    }

    [Fact]
    public void AParameterIsFilledWithoutAGradient()
    {
        using var scope = NewDisposeScope();
        Parameter parameter = nn.Parameter(zeros(2, 3));

        Assert.Same(parameter, TensorArithmetic.Fill(parameter, 0.25));

        Assert.Equal(Enumerable.Repeat(0.25f, 6), parameter.data<float>().ToArray());
        Assert.True(parameter.requires_grad && parameter.is_leaf);
    }
}
