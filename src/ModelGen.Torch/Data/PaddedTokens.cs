using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Sequences of tokens of different lengths as one tensor.</summary>
internal static class PaddedTokens
{
    /// <summary>Fills sequences up to the longest of them.</summary>
    /// <param name="sequences">The sequences, at least one, not all empty.</param>
    /// <param name="padding">The id of the token that fills them up.</param>
    /// <param name="device">The device of the tensor.</param>
    /// <returns>int64 [sequences, longest], which the caller disposes.</returns>
    public static Tensor Of(IReadOnlyList<ReadOnlyMemory<int>> sequences, int padding, Device device)
    {
        var longest = sequences.Max(static sequence => sequence.Length);
        var rows = new long[sequences.Count * longest];
        Array.Fill(rows, padding);
        for (var row = 0; row < sequences.Count; row++)
        {
            var tokens = sequences[row].Span;
            for (var place = 0; place < tokens.Length; place++)
            {
                rows[(row * longest) + place] = tokens[place];
            }
        }

        return tensor(rows, [sequences.Count, longest], device: device);
    }
}
