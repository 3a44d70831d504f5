using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// What windows see, as the columns of a matrix (im2col), and the way back (col2im). An image channel is first laid out anew in planes, one for each
/// remainder of positions by the strides, with the zeros around it: what neighbouring windows see at one place of the kernel then lies side by side.
/// </summary>
internal static unsafe class Unfolding
{
    /// <summary>How many elements behind a buffer's end may be read or written: rows are moved by whole vectors.</summary>
    public const int Slack = 64;

    /// <summary>How many elements the planes of one channel of a block's samples take.</summary>
    public static long PlanesLength(in ConvolutionShape shape, in WindowBlock block) => block.Samples * SamplePlanes(shape, block);

    /// <summary>Columns from an image.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="block">Which windows.</param>
    /// <param name="group">Which group of channels.</param>
    /// <param name="image">The whole image.</param>
    /// <param name="columns">[WindowSize, windows of the block], filled here.</param>
    /// <param name="planes">Room for the planes of a channel.</param>
    public static void Unfold<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* image, T* columns, T* planes)
        where T : unmanaged, INumber<T>
    {
        var row = columns;
        for (long channel = 0; channel < shape.GroupImageChannels; channel++)
        {
            for (long sample = 0; sample < block.Samples; sample++)
                ToPlanes(shape, block, Channel(shape, block, group, image, sample, channel), planes + (sample * SamplePlanes(shape, block)));
            for (long depth = 0; depth < shape.Depth.Kernel; depth++)
            {
                for (long height = 0; height < shape.Height.Kernel; height++)
                {
                    for (long width = 0; width < shape.Width.Kernel; width++)
                    {
                        CopyRow(shape, block, planes, PlaceInPlanes(shape, block, depth, height, width), row);
                        row += block.Windows;
                    }
                }
            }
        }
    }

    /// <summary>Adds columns to the image that they are of.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="block">Which windows.</param>
    /// <param name="group">Which group of channels.</param>
    /// <param name="columns">[WindowSize, windows of the block].</param>
    /// <param name="image">The whole image, added to here.</param>
    /// <param name="planes">Room for the planes of a channel.</param>
    public static void Fold<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* columns, T* image, T* planes)
        where T : unmanaged, INumber<T>
    {
        var row = columns;
        for (long channel = 0; channel < shape.GroupImageChannels; channel++)
        {
            new Span<T>(planes, checked((int)PlanesLength(shape, block))).Clear();
            for (long depth = 0; depth < shape.Depth.Kernel; depth++)
            {
                for (long height = 0; height < shape.Height.Kernel; height++)
                {
                    for (long width = 0; width < shape.Width.Kernel; width++)
                    {
                        AddRow(shape, block, row, planes, PlaceInPlanes(shape, block, depth, height, width));
                        row += block.Windows;
                    }
                }
            }

            for (long sample = 0; sample < block.Samples; sample++)
                AddPlanes(shape, block, planes + (sample * SamplePlanes(shape, block)), Channel(shape, block, group, image, sample, channel));
        }
    }

    private static T* Channel<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* image, long sample, long channel)
        where T : unmanaged =>
        image + (((((block.FirstSample + sample) * shape.Groups) + group) * shape.GroupImageChannels) + channel) * shape.ImageSize;

    private static long PlaneLength(in ConvolutionShape shape, in WindowBlock block) =>
        shape.Depth.PhaseLength(block.Depth.Count) * shape.Height.PhaseLength(block.Height.Count) * shape.Width.PhaseLength(block.Width.Count);

    private static long SamplePlanes(in ConvolutionShape shape, in WindowBlock block) =>
        shape.Depth.Phases * shape.Height.Phases * shape.Width.Phases * PlaneLength(shape, block);

    /// <summary>Where in a sample's planes the first window finds an element of the kernel.</summary>
    private static long PlaceInPlanes(in ConvolutionShape shape, in WindowBlock block, long depth, long height, long width)
    {
        var (atDepth, atHeight, atWidth) = (depth * shape.Depth.Dilation, height * shape.Height.Dilation, width * shape.Width.Dilation);
        var phase = (((atDepth % shape.Depth.Stride) * shape.Height.Phases) + (atHeight % shape.Height.Stride)) * shape.Width.Phases + (atWidth % shape.Width.Stride);
        var place = ((atDepth / shape.Depth.Stride * shape.Height.PhaseLength(block.Height.Count)) + (atHeight / shape.Height.Stride)) * shape.Width.PhaseLength(block.Width.Count) + (atWidth / shape.Width.Stride);
        return (phase * PlaneLength(shape, block)) + place;
    }

    private static void CopyRow<T>(in ConvolutionShape shape, in WindowBlock block, T* planes, long place, T* row)
        where T : unmanaged, INumber<T>
    {
        var (heights, widths) = (shape.Height.PhaseLength(block.Height.Count), shape.Width.PhaseLength(block.Width.Count));
        var (step, count, height) = (SamplePlanes(shape, block), block.Width.Count, block.Height.Count);
        for (long sample = 0; sample < block.Samples; sample++)
        {
            for (long depth = 0; depth < block.Depth.Count; depth++)
            {
                var from = planes + (sample * step) + place + (depth * heights * widths);
                for (long line = 0; line < height; line++)
                {
                    // Whole vectors: what they write behind the line's end is written over by the next line, or is the slack.
                    for (long i = 0; i < count; i += Vector<T>.Count)
                        *(Vector<T>*)(row + i) = *(Vector<T>*)(from + i);
                    row += count;
                    from += widths;
                }
            }
        }
    }

    private static void AddRow<T>(in ConvolutionShape shape, in WindowBlock block, T* row, T* planes, long place)
        where T : unmanaged, INumber<T>
    {
        var (heights, widths) = (shape.Height.PhaseLength(block.Height.Count), shape.Width.PhaseLength(block.Width.Count));
        var (step, count, height) = (SamplePlanes(shape, block), block.Width.Count, block.Height.Count);
        var whole = count / Vector<T>.Count * Vector<T>.Count;

        // Of the last vector of a line only the line's own elements count.
        var mask = Vector.LessThan(Vector<T>.Indices, Vector.Create(T.CreateTruncating(count - whole)));
        for (long sample = 0; sample < block.Samples; sample++)
        {
            for (long depth = 0; depth < block.Depth.Count; depth++)
            {
                var to = planes + (sample * step) + place + (depth * heights * widths);
                for (long line = 0; line < height; line++)
                {
                    long i = 0;
                    for (; i < whole; i += Vector<T>.Count)
                        *(Vector<T>*)(to + i) += *(Vector<T>*)(row + i);
                    if (i < count)
                        *(Vector<T>*)(to + i) += *(Vector<T>*)(row + i) & mask;
                    row += count;
                    to += widths;
                }
            }
        }
    }

    private static void ToPlanes<T>(in ConvolutionShape shape, in WindowBlock block, T* channel, T* planes)
        where T : unmanaged, INumber<T>
    {
        var lines = new PlaneLines(shape, block);
        while (lines.Next(out var line))
        {
            var to = planes + (line.Plane * lines.Length);
            if (line.Count == 0)
            {
                Clear(to, lines.Length);
                continue;
            }

            Clear(to, line.Before);
            var from = channel + line.Image;
            if (lines.Stride == 1)
            {
                Unsafe.CopyBlockUnaligned(to + line.Before, from, (uint)(line.Count * sizeof(T)));
            }
            else
            {
                for (long i = 0; i < line.Count; i++)
                    to[line.Before + i] = from[i * lines.Stride];
            }

            Clear(to + line.Before + line.Count, lines.Length - line.Before - line.Count);
        }
    }

    private static void AddPlanes<T>(in ConvolutionShape shape, in WindowBlock block, T* planes, T* channel)
        where T : unmanaged, INumber<T>
    {
        var lines = new PlaneLines(shape, block);
        while (lines.Next(out var line))
        {
            var from = planes + (line.Plane * lines.Length) + line.Before;
            var to = channel + line.Image;
            for (long i = 0; i < line.Count; i++)
                to[i * lines.Stride] += from[i];
        }
    }

    private static void Clear<T>(T* from, long count)
        where T : unmanaged => new Span<T>(from, (int)count).Clear();
}
