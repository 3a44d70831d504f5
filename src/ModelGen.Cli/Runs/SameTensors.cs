using ModelGen.Checkpoints;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>Compares what two runs have learned, whatever their folders are called.</summary>
internal static class SameTensors
{
    private const int Block = 1 << 20;

    /// <summary>Whether the newest checkpoints of two runs have the same tensors, to the byte.</summary>
    /// <exception cref="ModelGenException">One has no checkpoint, or it cannot be read.</exception>
    public static bool In(string run, string other)
    {
        using var first = Newest(run);
        using var second = Newest(other);
        return first.Header.Entries.Count == second.Header.Entries.Count
            && first.Header.Entries.All(entry =>
                second.Header.Entries.TryGetValue(entry.Key, out var same) && IsSame(first, entry.Value, second, same)
            );
    }

    private static SafetensorsFile Newest(string run)
    {
        using var checkpoint = Checkpoint.OpenNewest(Path.Combine(run, RunFiles.Checkpoints));
        return SafetensorsFile.Open(checkpoint.Path, "checkpoint");
    }

    private static bool IsSame(SafetensorsFile first, SafetensorsEntry one, SafetensorsFile second, SafetensorsEntry two)
    {
        if (one.Type != two.Type || !one.Shape.SequenceEqual(two.Shape))
        {
            return false;
        }

        var (left, right, length) = (new byte[Block], new byte[Block], one.End - one.Begin);
        for (long start = 0; start < length; start += Block)
        {
            var count = (int)Math.Min(Block, length - start);
            first.Read(one, start, left.AsSpan(0, count));
            second.Read(two, start, right.AsSpan(0, count));
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}
