namespace ModelGen.Native.Convolutions;

/// <summary>
/// Some windows that are computed together: all those of some samples, or, where one sample has too many for a buffer, those of a part of its first
/// axis with more than one window.
/// </summary>
/// <param name="FirstSample">The first sample.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="FirstWindow">The first window of a sample, in the order of memory.</param>
/// <param name="Depth">The first window along that axis, and how many.</param>
/// <param name="Height">The same.</param>
/// <param name="Width">The same.</param>
internal readonly record struct WindowBlock(long FirstSample, long Samples, long FirstWindow, (long First, long Count) Depth, (long First, long Count) Height, (long First, long Count) Width)
{
    /// <summary>How many windows of a sample.</summary>
    public long WindowsOfSample => Depth.Count * Height.Count * Width.Count;

    /// <summary>How many windows in all.</summary>
    public long Windows => Samples * WindowsOfSample;

    /// <summary>Splits a range of samples into blocks, sample by sample.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="firstSample">The first sample.</param>
    /// <param name="samples">How many.</param>
    /// <param name="most">How many windows a block may have, unless one step along the axis that is split has more.</param>
    public static IEnumerable<WindowBlock> Split(ConvolutionShape shape, long firstSample, long samples, long most)
    {
        var (depth, height, width) = ((0L, shape.Depth.Windows), (0L, shape.Height.Windows), (0L, shape.Width.Windows));
        if (shape.WindowCount <= most)
        {
            var together = Math.Max(1, most / shape.WindowCount);
            for (long done = 0; done < samples; done += together)
                yield return new WindowBlock(firstSample + done, Math.Min(together, samples - done), 0, depth, height, width);
            yield break;
        }

        var axis = shape.Depth.Windows > 1 ? 0 : shape.Height.Windows > 1 ? 1 : 2;
        var length = axis switch { 0 => shape.Depth.Windows, 1 => shape.Height.Windows, _ => shape.Width.Windows };
        var windows = shape.WindowCount / length;
        var step = Math.Max(1, most / windows);
        for (var sample = firstSample; sample < firstSample + samples; sample++)
        {
            for (long first = 0; first < length; first += step)
            {
                var part = (first, Math.Min(step, length - first));
                yield return new WindowBlock(sample, 1, first * windows, axis == 0 ? part : depth, axis == 1 ? part : height, axis == 2 ? part : width);
            }
        }
    }
}
