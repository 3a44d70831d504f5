using ModelGen.Training.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Gradients;

public class GradientNormTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(1e6)]
    public void ClipsAsTorchDoes(double maxNorm)
    {
        using var scope = NewDisposeScope();
        var ours = CreateParameters();
        var theirs = CreateParameters();

        var norm = GradientNorm.Clip(ours, maxNorm);

        Assert.Equal(nn.utils.clip_grad_norm_(theirs, maxNorm), norm.item<float>(), 1e-5);
        foreach (var (our, their) in ours.Zip(theirs))
        {
            Assert.Equal(
                their.grad!.reshape(-1).data<float>().ToArray(),
                our.grad!.reshape(-1).data<float>().ToArray(),
                static (left, right) => Math.Abs(left - right) < 1e-6
            );
        }
    }

    [Fact]
    public void ScalesByTheNormOfAllGradientsTogether()
    {
        using var scope = NewDisposeScope();
        var parameters = new[] { new Parameter(zeros(1)), new Parameter(zeros(1)), new Parameter(zeros(1)) };
        parameters[0].grad = tensor([3f]);
        parameters[2].grad = tensor([4f]);

        Assert.Equal(5, GradientNorm.Clip(parameters, 2.5).item<float>(), 1e-6);

        Assert.Equal(1.5, parameters[0].grad!.item<float>(), 1e-5);
        Assert.Equal(2.0, parameters[2].grad!.item<float>(), 1e-5);
        Assert.True(parameters[1].grad is null);
    }

    [Fact]
    public void ShortGradientsStayBitForBit()
    {
        using var scope = NewDisposeScope();
        var parameters = CreateParameters();
        var before = parameters.Select(static parameter => parameter.grad!.clone()).ToArray();
        GradientNorm.Clip(parameters, 1e6);
        Assert.All(parameters.Zip(before), static pair => Assert.True(pair.First.grad!.equal(pair.Second).all().item<bool>()));
    }

    private static Parameter[] CreateParameters() =>
        [
            .. new long[][] { [3, 4], [7], [2, 2, 2] }.Select(
                static (shape, index) =>
                {
                    var parameter = new Parameter(zeros(shape));
                    parameter.grad = arange(parameter.numel()).to(ScalarType.Float32).sub(3).mul(index + 1).reshape(shape);
                    return parameter;
                }
            ),
        ];
}
