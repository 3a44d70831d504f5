using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>The weights of two models of one architecture, which both have them in the same order.</summary>
internal static class Weights
{
    /// <summary>
    /// Gives one model the weights of another; where that has one matrix for several maps of the same vector, each gets its rows.
    /// </summary>
    /// <exception cref="ModelGenException">The two are not of one architecture.</exception>
    public static void Copy(nn.Module from, nn.Module to)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var targets = new Queue<Tensor>(to.parameters());
        foreach (var source in from.parameters())
        {
            long row = 0;
            while (row < source.size(0))
            {
                if (!targets.TryDequeue(out var target))
                {
                    throw new ModelGenException("The two models differ: one has parameters left when the other has no more.");
                }

                if (!Fits(target, source, row))
                {
                    throw new ModelGenException(
                        $"The two models differ: a parameter of shape [{string.Join(", ", target.shape)}] meets row {row} of one of "
                            + $"[{string.Join(", ", source.shape)}]."
                    );
                }

                target.copy_(source.narrow(0, row, target.size(0)));
                row += target.size(0);
            }
        }

        if (targets.Count > 0)
        {
            throw new ModelGenException($"The two models differ: one has {targets.Count} parameters more.");
        }
    }

    private static bool Fits(Tensor target, Tensor source, long row) =>
        target.shape.AsSpan(1).SequenceEqual(source.shape.AsSpan(1)) && row + target.size(0) <= source.size(0);
}
