using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>One vector for a whole sequence.</summary>
public static class SequencePooling
{
    /// <summary>The mean of the vectors that are present.</summary>
    /// <param name="sequence">[batch, T, …].</param>
    /// <param name="presence">1 for vectors that count and 0 for others, [batch, T]; null if all count.</param>
    /// <returns>[batch, …], 0 for a sequence in which none counts; the caller disposes it.</returns>
    public static Tensor Mean(Tensor sequence, Tensor? presence = null)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (presence is null)
        {
            return sequence.mean([1]);
        }

        using var scope = NewDisposeScope();
        var counted = presence.view([.. presence.shape, .. Enumerable.Repeat(1L, (int)sequence.dim() - 2)]); // [batch, T, 1…]
        return (sequence * counted).sum(1).div(counted.sum(1).ClampMin(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The first vector.</summary>
    /// <param name="sequence">[batch, T, …].</param>
    /// <returns>[batch, …]; the caller disposes it.</returns>
    public static Tensor First(Tensor sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return sequence.select(1, 0);
    }

    /// <summary>The last vector that is present.</summary>
    /// <param name="sequence">[batch, T, …].</param>
    /// <param name="presence">1 for vectors that count and 0 for others, [batch, T]; null if all count.</param>
    /// <returns>[batch, …], the first vector of a sequence in which none counts; the caller disposes it.</returns>
    public static Tensor Last(Tensor sequence, Tensor? presence = null)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var length = sequence.size(1);
        if (presence is null)
        {
            return sequence.select(1, length - 1);
        }

        using var scope = NewDisposeScope();
        var places = Numbers.Range(length, presence.dtype, presence.device);
        var last = (presence * places).argmax(1); // [batch]
        var index = last.view([-1, .. Enumerable.Repeat(1L, (int)sequence.dim() - 1)]).expand([-1, 1, .. sequence.shape[2..]]);
        return sequence.gather(1, index).squeeze(1).MoveToOuterDisposeScope();
    }
}
