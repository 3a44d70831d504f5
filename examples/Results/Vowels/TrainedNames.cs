using ModelGen.Checkpoints;
using TorchSharp;

namespace ModelGen.Examples.Results.Vowels;

/// <summary>The writer of names that the result <c>names</c> has trained.</summary>
internal static class TrainedNames
{
    private static readonly string Checkpoints = Path.Combine("runs", "results", "names", "checkpoints");

    /// <summary>Loads it, with its tokenizer.</summary>
    /// <param name="device">Where to.</param>
    /// <exception cref="ModelGenException">The result has not been reproduced here.</exception>
    public static NameWriter Load(torch.Device device)
    {
        if (!Directory.Exists(Checkpoints))
        {
            throw new ModelGenException(
                $"There is no run in '{Path.GetDirectoryName(Checkpoints)}' to start from; reproduce the result 'names' first, in this "
                    + "folder."
            );
        }

        var model = new NameWriter(device);
        using var checkpoint = Checkpoint.OpenNewest(Checkpoints);
        checkpoint.LoadInto(model);
        return model;
    }
}
