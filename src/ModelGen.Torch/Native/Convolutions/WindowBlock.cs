namespace ModelGen.Native.Convolutions;

/// <summary>
/// Windows that are computed together: all those of some samples, or, if one sample has too many for a buffer, some that are consecutive in
/// memory.
/// </summary>
/// <param name="FirstSample">The first sample.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="FirstWindow">The first window within a sample, in memory order.</param>
/// <param name="Depth">The first window along that axis, and the number of windows.</param>
/// <param name="Height">The same.</param>
/// <param name="Width">The same.</param>
internal readonly record struct WindowBlock(
    long FirstSample,
    long Samples,
    long FirstWindow,
    (long First, long Count) Depth,
    (long First, long Count) Height,
    (long First, long Count) Width
)
{
    /// <summary>The number of windows per sample.</summary>
    public long WindowsOfSample => Depth.Count * Height.Count * Width.Count;

    /// <summary>The total number of windows.</summary>
    public long Windows => Samples * WindowsOfSample;

    /// <summary>Splits a range of samples into blocks, sample by sample.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="firstSample">The first sample.</param>
    /// <param name="samples">The number of samples.</param>
    /// <param name="most">The maximum number of windows in a block; below 1 it counts as 1.</param>
    public static IEnumerable<WindowBlock> Split(ConvolutionShape shape, long firstSample, long samples, long most)
    {
        if (shape.WindowCount <= most)
        {
            var together = most / shape.WindowCount;
            for (long done = 0; done < samples; done += together)
            {
                yield return new WindowBlock(
                    firstSample + done,
                    Math.Min(together, samples - done),
                    0,
                    (0, shape.Depth.Windows),
                    (0, shape.Height.Windows),
                    (0, shape.Width.Windows)
                );
            }

            yield break;
        }

        // As much of the last axes as fits in a block, and one position of each axis before the one that is split.
        var (depths, heights, widths) = (shape.Depth.Windows, shape.Height.Windows, shape.Width.Windows);
        var depthStep = Math.Clamp(most / (heights * widths), 1, depths);
        var heightStep = heights * widths <= most ? heights : Math.Clamp(most / widths, 1, heights);
        var widthStep = widths <= most ? widths : Math.Max(1, most);
        for (var sample = firstSample; sample < firstSample + samples; sample++)
        {
            for (long d = 0; d < depths; d += depthStep)
            {
                for (long h = 0; h < heights; h += heightStep)
                {
                    for (long w = 0; w < widths; w += widthStep)
                    {
                        yield return new WindowBlock(
                            sample,
                            1,
                            (((d * heights) + h) * widths) + w,
                            (d, Math.Min(depthStep, depths - d)),
                            (h, Math.Min(heightStep, heights - h)),
                            (w, Math.Min(widthStep, widths - w))
                        );
                    }
                }
            }
        }
    }
}
