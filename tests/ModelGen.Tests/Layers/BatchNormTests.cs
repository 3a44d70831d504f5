using ModelGen.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

/// <summary>Batch normalisation against TorchSharp's own module, to the byte; its formula is tested on generated layers.</summary>
public class BatchNormTests
{
    private const int Channels = 3;

    public static TheoryData<long[]> Shapes =>
        [
            [5, Channels],
            [5, Channels, 4],
            [5, Channels, 4, 2],
            [5, Channels, 4, 2, 3],
        ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryNumberIsThatOfTorchSharpsModule(long[] shape)
    {
        using var scope = NewDisposeScope();
        using var ours = Ours(shape.Length);
        using var theirs = Theirs(shape.Length);
        manual_seed(1);

        for (var step = 0; step < 4; step++)
        {
            // The third is in evaluation mode, which changes no state.
            ours.train(step != 2);
            theirs.train(step != 2);
            var input = randn(shape);
            var (own, other) = (Pass(ours, input), Pass(theirs, input));
            Assert.Equal(other.Select(static each => each.bytes.ToArray()), own.Select(static each => each.bytes.ToArray()));
        }

        Assert.Equal(3, ours.state_dict()["num_batches_tracked"].item<long>());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ItsStateIsThatOfTorchSharpsModule(long[] shape)
    {
        using var ours = Ours(shape.Length);
        using var theirs = Theirs(shape.Length);

        Assert.Equal(Entries(theirs), Entries(ours));
        Assert.Equal(["weight", "bias"], ours.named_parameters().Select(static entry => entry.name));

        // A move to another type makes new tensors of all but the count.
        ours.to(float64);
        theirs.to(float64);
        Assert.Equal(Entries(theirs), Entries(ours));

        static IEnumerable<string> Entries(nn.Module module) =>
            module
                .state_dict()
                .Select(static entry =>
                    $"{entry.Key} {entry.Value.dtype} [{string.Join(", ", entry.Value.shape)}] {Convert.ToHexString(entry.Value.bytes)}"
                );
    }

    [Fact]
    public void ABatchOfAnotherRankIsRefused()
    {
        using var scope = NewDisposeScope();
        using var images = new BatchNorm2d(Channels);
        using var features = new BatchNorm1d(Channels);

        Assert.Equal("BatchNorm2d takes 4 axes, the batch first; it got [5, 3]. (Parameter 'input')", Refusal(images, ones(5, 3)));
        Assert.Equal(
            "BatchNorm1d takes 2 or 3 axes, the batch first; it got [5, 3, 1, 1]. (Parameter 'input')",
            Refusal(features, ones(5, 3, 1, 1))
        );

        static string Refusal(BatchNorm norm, Tensor input) => Assert.Throws<ArgumentException>(() => norm.call(input)).Message;
    }

    private static nn.Module<Tensor, Tensor> Ours(int rank) =>
        rank switch
        {
            <= 3 => new BatchNorm1d(Channels, eps: 1e-4, momentum: 0.3),
            4 => new BatchNorm2d(Channels, eps: 1e-4, momentum: 0.3),
            _ => new BatchNorm3d(Channels, eps: 1e-4, momentum: 0.3),
        };

    private static nn.Module<Tensor, Tensor> Theirs(int rank) =>
        rank switch
        {
            <= 3 => nn.BatchNorm1d(Channels, eps: 1e-4, momentum: 0.3),
            4 => nn.BatchNorm2d(Channels, eps: 1e-4, momentum: 0.3),
            _ => nn.BatchNorm3d(Channels, eps: 1e-4, momentum: 0.3),
        };

    // What comes out, the gradients and the state afterwards.
    private static Tensor[] Pass(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        using var _ = manual_seed(2);
        var own = input.clone().requires_grad_();
        var output = module.call(own);
        module.zero_grad();
        (output * randn_like(output)).sum().backward();
        return [output, own.grad!, .. module.parameters().Select(static parameter => parameter.grad!), .. module.state_dict().Values];
    }
}
