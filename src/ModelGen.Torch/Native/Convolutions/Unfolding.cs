using System.Numerics;
using System.Runtime.CompilerServices;
using ModelGen.Layers;

namespace ModelGen.Native.Convolutions;

/// <summary>The image elements under the windows as the columns of a matrix (im2col), and the reverse (col2im).</summary>
internal static unsafe class Unfolding
{
    /// <summary>
    /// The number of elements past a buffer's end that may be read and written, because lines are copied in whole vectors.
    /// </summary>
    public const int Slack = 64;

    /// <summary>Fills the columns from an image.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="block">The windows.</param>
    /// <param name="plan">The layout of a channel for them.</param>
    /// <param name="group">The index of the group of channels.</param>
    /// <param name="image">The whole image.</param>
    /// <param name="columns">[WindowSize, windows of the block], filled here; with slack.</param>
    public static void Unfold<T>(in ConvolutionShape shape, in WindowBlock block, PlanePlan plan, long group, T* image, T* columns)
        where T : unmanaged, INumber<T>
    {
        if (shape.IsPointwise)
        {
            UnfoldPoints(shape, block, group, image, columns);
            return;
        }

        var planes = Workspace.Current.Planes<T>(block.Samples * plan.Length);
        for (long channel = 0; channel < shape.GroupImageChannels; channel++)
        {
            for (long sample = 0; sample < block.Samples; sample++)
            {
                ToPlanes(plan, Channel(shape, block, group, image, sample, channel), planes + (sample * plan.Length));
            }

            for (long depth = 0; depth < shape.Depth.Kernel; depth++)
            {
                for (long height = 0; height < shape.Height.Kernel; height++)
                {
                    for (long width = 0; width < shape.Width.Kernel; width++)
                    {
                        CopyRow(block, plan, planes + plan.Place(depth, height, width), columns);
                        columns += block.Windows;
                    }
                }
            }
        }
    }

    /// <summary>Adds columns to the image elements that they correspond to.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="block">The windows.</param>
    /// <param name="plan">The layout of a channel for them.</param>
    /// <param name="group">The index of the group of channels.</param>
    /// <param name="columns">[WindowSize, windows of the block]; with slack.</param>
    /// <param name="image">The whole image, which the columns are added to.</param>
    public static void Fold<T>(in ConvolutionShape shape, in WindowBlock block, PlanePlan plan, long group, T* columns, T* image)
        where T : unmanaged, INumber<T>
    {
        if (shape.IsPointwise)
        {
            FoldPoints(shape, block, group, columns, image);
            return;
        }

        var planes = Workspace.Current.Planes<T>(block.Samples * plan.Length);
        for (long channel = 0; channel < shape.GroupImageChannels; channel++)
        {
            new Span<T>(planes, checked((int)(block.Samples * plan.Length))).Clear();
            for (long depth = 0; depth < shape.Depth.Kernel; depth++)
            {
                for (long height = 0; height < shape.Height.Kernel; height++)
                {
                    for (long width = 0; width < shape.Width.Kernel; width++)
                    {
                        AddRow(block, plan, columns, planes + plan.Place(depth, height, width));
                        columns += block.Windows;
                    }
                }
            }

            for (long sample = 0; sample < block.Samples; sample++)
            {
                AddPlanes(plan, planes + (sample * plan.Length), Channel(shape, block, group, image, sample, channel));
            }
        }
    }

    private static T* Channel<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* image, long sample, long channel)
        where T : unmanaged =>
        image + ((((((block.FirstSample + sample) * shape.Groups) + group) * shape.GroupImageChannels) + channel) * shape.ImageSize);

    // A window of one element covers only its own position.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnfoldPoints<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* image, T* columns)
        where T : unmanaged
    {
        var count = checked((int)block.WindowsOfSample);
        for (long channel = 0; channel < shape.GroupImageChannels; channel++)
        {
            for (long sample = 0; sample < block.Samples; sample++)
            {
                new Span<T>(Channel(shape, block, group, image, sample, channel) + block.FirstWindow, count).CopyTo(
                    new Span<T>(columns, count)
                );
                columns += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FoldPoints<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* columns, T* image)
        where T : unmanaged, INumber<T>
    {
        var count = block.WindowsOfSample;
        for (long channel = 0; channel < shape.GroupImageChannels; channel++)
        {
            for (long sample = 0; sample < block.Samples; sample++)
            {
                var to = Channel(shape, block, group, image, sample, channel) + block.FirstWindow;
                for (long i = 0; i < count; i++)
                {
                    to[i] += columns[i];
                }

                columns += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRow<T>(in WindowBlock block, PlanePlan plan, T* planes, T* row)
        where T : unmanaged
    {
        var (count, lines, lineStep) = (block.Width.Count, block.Height.Count, plan.LineLength);
        for (long sample = 0; sample < block.Samples; sample++)
        {
            for (long depth = 0; depth < block.Depth.Count; depth++)
            {
                var from = planes + (sample * plan.Length) + (depth * plan.DepthStep);
                for (long line = 0; line < lines; line++)
                {
                    // In whole vectors: the next line overwrites what they write past the end of this one, and past the last line is slack.
                    for (long i = 0; i < count; i += Vector<T>.Count)
                    {
                        *(Vector<T>*)(row + i) = *(Vector<T>*)(from + i);
                    }

                    row += count;
                    from += lineStep;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<T>(in WindowBlock block, PlanePlan plan, T* row, T* planes)
        where T : unmanaged, INumber<T>
    {
        var (count, lines, lineStep) = (block.Width.Count, block.Height.Count, plan.LineLength);
        var whole = count / Vector<T>.Count * Vector<T>.Count;

        // Masks out the elements of a line's last vector that lie past the line.
        var mask = Vector.LessThan(Vector<T>.Indices, Vector.Create(T.CreateTruncating(count - whole)));
        for (long sample = 0; sample < block.Samples; sample++)
        {
            for (long depth = 0; depth < block.Depth.Count; depth++)
            {
                var to = planes + (sample * plan.Length) + (depth * plan.DepthStep);
                for (long line = 0; line < lines; line++)
                {
                    long i = 0;
                    for (; i < whole; i += Vector<T>.Count)
                    {
                        *(Vector<T>*)(to + i) += *(Vector<T>*)(row + i);
                    }

                    if (i < count)
                    {
                        *(Vector<T>*)(to + i) += *(Vector<T>*)(row + i) & mask;
                    }

                    row += count;
                    to += lineStep;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToPlanes<T>(PlanePlan plan, T* channel, T* planes)
        where T : unmanaged
    {
        var (length, step) = (plan.LineLength, plan.ImageStep);
        foreach (ref readonly var line in plan.Lines.AsSpan())
        {
            // What these write past the line's end falls into the next line, which is written later, or into the slack.
            for (long i = 0; i < length; i += Vector<T>.Count)
            {
                *(Vector<T>*)(planes + i) = Vector<T>.Zero;
            }

            var from = channel + line.Image;
            var to = planes + line.Before;
            if (step == 1)
            {
                Unsafe.CopyBlockUnaligned(to, from, checked((uint)(line.Count * sizeof(T))));
            }
            else
            {
                for (long i = 0; i < line.Count; i++)
                {
                    to[i] = from[i * step];
                }
            }

            planes += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPlanes<T>(PlanePlan plan, T* planes, T* channel)
        where T : unmanaged, INumber<T>
    {
        var (length, step) = (plan.LineLength, plan.ImageStep);
        foreach (ref readonly var line in plan.Lines.AsSpan())
        {
            var from = planes + line.Before;
            var to = channel + line.Image;
            if (step == 1)
            {
                long i = 0;
                for (; i <= line.Count - Vector<T>.Count; i += Vector<T>.Count)
                {
                    *(Vector<T>*)(to + i) += *(Vector<T>*)(from + i);
                }

                for (; i < line.Count; i++)
                {
                    to[i] += from[i];
                }
            }
            else
            {
                for (long i = 0; i < line.Count; i++)
                {
                    to[i * step] += from[i];
                }
            }

            planes += length;
        }
    }
}
