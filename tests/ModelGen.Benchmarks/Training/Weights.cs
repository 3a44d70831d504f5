using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>The weights of two models of one architecture, which both have them in the same order.</summary>
internal static class Weights
{
    /// <summary>Gives one model the weights of another.</summary>
    /// <exception cref="ModelGenException">The two are not of one architecture.</exception>
    public static void Copy(nn.Module from, nn.Module to)
    {
        using var noGrad = no_grad();
        var (sources, targets) = (from.parameters().ToList(), to.parameters().ToList());
        if (sources.Count != targets.Count)
        {
            throw new ModelGenException($"The two models differ: one has {sources.Count} parameters, the other {targets.Count}.");
        }

        foreach (var (source, target) in sources.Zip(targets))
        {
            if (!target.shape.SequenceEqual(source.shape))
            {
                throw new ModelGenException(
                    $"The two models differ: a parameter of shape [{string.Join(", ", target.shape)}] meets one of "
                        + $"[{string.Join(", ", source.shape)}]."
                );
            }

            target.copy_(source);
        }
    }
}
