using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// Convolutions that rely only on matrix products: the elements under the windows are unfolded into columns (Chellapilla, Puri and Simard
/// 2006, "High performance convolutional neural networks for document processing"), one block at a time, small enough for a core's cache.
/// Each thread processes a share of the samples, so results are bitwise reproducible for a given number of threads.
/// </summary>
/// <remarks>
/// A convolution computes <see cref="ToWindows"/>, and its input's gradient <see cref="ToImage"/>; for a transposed convolution it is the
/// other way round.
/// </remarks>
internal static unsafe class UnfoldedConvolution
{
    // Together with the windows and the weight, the columns should fit in the L2 cache.
    private const long ColumnBytes = 512 << 10;

    /// <summary>Computes the windows: for each, the weighted sum of the image elements it covers.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="image">[Batch, ImageChannels, …].</param>
    /// <param name="weight">[WindowChannels, ImageChannels / Groups, kernel…].</param>
    /// <param name="bias">[WindowChannels], or null.</param>
    /// <param name="windows">[Batch, WindowChannels, …], filled here.</param>
    public static void ToWindows<T>(ConvolutionShape shape, T* image, T* weight, T* bias, T* windows)
        where T : unmanaged, INumber<T> => ForEachBlock<T>(shape, (block, plan, group, _) =>
        {
            var columns = Unfold(shape, block, plan, group, image);
            var side = WindowSide<T>.Of(shape, block, group, windows);
            using (var left = Matrix.Of(Weight(shape, group, weight), shape.GroupWindowChannels, shape.WindowSize, shape.WindowSize))
            using (var right = Matrix.Of(columns, shape.WindowSize, block.Windows, block.Windows))
            using (var result = side.Matrix)
            {
                Matrix.Multiply(result, left, right);
            }

            side.Store(bias is null ? null : bias + (group * shape.GroupWindowChannels));
        });

    /// <summary>Computes the image: at each position, the weighted sum of the windows that cover it.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="windows">[Batch, WindowChannels, …].</param>
    /// <param name="weight">[WindowChannels, ImageChannels / Groups, kernel…].</param>
    /// <param name="bias">[ImageChannels], or null.</param>
    /// <param name="image">[Batch, ImageChannels, …], filled here.</param>
    public static void ToImage<T>(ConvolutionShape shape, T* windows, T* weight, T* bias, T* image)
        where T : unmanaged, INumber<T> => ForEachBlock<T>(shape, (block, plan, group, _) =>
        {
            if (block.FirstWindow == 0)
            {
                Fill(shape, block, group, bias, image);
            }

            var columns = Workspace.Current.Columns<T>(shape.WindowSize * block.Windows);
            var side = WindowSide<T>.Of(shape, block, group, windows);
            side.Load();
            using (
                var left = Matrix.Transposed(Weight(shape, group, weight), shape.GroupWindowChannels, shape.WindowSize, shape.WindowSize)
            )
            using (var right = side.Matrix)
            using (var result = Matrix.Of(columns, shape.WindowSize, block.Windows, block.Windows))
            {
                Matrix.Multiply(result, left, right);
            }

            Unfolding.Fold(shape, block, plan, group, columns, image);
        });

    /// <summary>
    /// Computes the gradient of the weight: the sum over all windows of the image elements each covers, times the window's value.
    /// </summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="image">[Batch, ImageChannels, …].</param>
    /// <param name="windows">[Batch, WindowChannels, …].</param>
    /// <param name="weight">[WindowChannels, ImageChannels / Groups, kernel…], filled here.</param>
    public static void ToWeight<T>(ConvolutionShape shape, T* image, T* windows, T* weight)
        where T : unmanaged, INumber<T>
    {
        var length = shape.WindowChannels * shape.WindowSize;
        var threads = ThreadCount(shape);

        // The first thread accumulates directly in the result; the others' sums are added to it in thread order.
        var others = (T*)NativeMemory.AllocZeroed(checked((nuint)((threads - 1) * length)), (nuint)sizeof(T));
        try
        {
            NativeMemory.Clear(weight, checked((nuint)length * (nuint)sizeof(T)));
            ForEachBlock<T>(shape, (block, plan, group, thread) =>
            {
                var columns = Unfold(shape, block, plan, group, image);
                var side = WindowSide<T>.Of(shape, block, group, windows);
                side.Load();
                using var left = side.Matrix;
                using var right = Matrix.Transposed(columns, shape.WindowSize, block.Windows, block.Windows);
                using var result = Matrix.Of(
                    Weight(shape, group, thread == 0 ? weight : others + ((thread - 1) * length)),
                    shape.GroupWindowChannels,
                    shape.WindowSize,
                    shape.WindowSize
                );
                Matrix.MultiplyAndAdd(result, left, right);
            });
            for (var sum = others; sum < others + ((threads - 1) * length); sum += length)
            {
                Add(sum, weight, length);
            }
        }
        finally
        {
            NativeMemory.Free(others);
        }
    }

    private static int ThreadCount(in ConvolutionShape shape) => (int)Math.Clamp(shape.Batch, 1, LibtorchThreads.Count);

    private static void ForEachBlock<T>(ConvolutionShape shape, Action<WindowBlock, PlanePlan, long, int> work)
        where T : unmanaged
    {
        var threads = ThreadCount(shape);
        LibtorchThreads.Run(threads, thread =>
        {
            var (first, end) = (shape.Batch * thread / threads, shape.Batch * (thread + 1) / threads);
            PlanePlan? plan = null;
            foreach (var block in WindowBlock.Split(shape, first, end - first, ColumnBytes / sizeof(T) / Math.Max(1, shape.WindowSize)))
            {
                if (plan is null || !plan.IsOf(block))
                {
                    plan = new PlanePlan(shape, block);
                }

                for (long group = 0; group < shape.Groups; group++)
                {
                    work(block, plan, group, thread);
                }
            }
        });
    }

    private static T* Unfold<T>(in ConvolutionShape shape, in WindowBlock block, PlanePlan plan, long group, T* image)
        where T : unmanaged, INumber<T>
    {
        var columns = Workspace.Current.Columns<T>(shape.WindowSize * block.Windows);
        Unfolding.Unfold(shape, block, plan, group, image, columns);
        return columns;
    }

    private static T* Weight<T>(in ConvolutionShape shape, long group, T* weight)
        where T : unmanaged => weight + (group * shape.GroupWindowChannels * shape.WindowSize);

    /// <summary>Initialises the images of a block's samples with the bias, or with zeros.</summary>
    private static void Fill<T>(in ConvolutionShape shape, in WindowBlock block, long group, T* bias, T* image)
        where T : unmanaged, INumber<T>
    {
        for (var sample = block.FirstSample; sample < block.FirstSample + block.Samples; sample++)
        {
            for (var channel = group * shape.GroupImageChannels; channel < (group + 1) * shape.GroupImageChannels; channel++)
            {
                new Span<T>(image + (((sample * shape.ImageChannels) + channel) * shape.ImageSize), checked((int)shape.ImageSize)).Fill(
                    bias is null ? T.Zero : bias[channel]
                );
            }
        }
    }

    private static void Add<T>(T* from, T* to, long count)
        where T : unmanaged, INumber<T>
    {
        for (long i = 0; i < count; i++)
        {
            to[i] += from[i];
        }
    }
}
