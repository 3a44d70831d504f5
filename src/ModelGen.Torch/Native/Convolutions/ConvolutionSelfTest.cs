using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// Tests libtorch's convolutions on the CPU: the result and the gradient of the input, on one thread and on as many as operations use, with
/// the kinds of shapes known to go wrong: channel counts that do not fill a vector, and 48 channels written with a stride. Beforehand,
/// memory is filled with NaN and freed, because the faulty kernels read uninitialised memory.
/// </summary>
/// <remarks>
/// Inputs and weights are outer products of one vector per axis, of small numbers. The result is then the outer product of the vectors' own
/// convolutions, so the expected values are cheap to compute.
/// </remarks>
internal static unsafe class ConvolutionSelfTest
{
    private const int Kernel = 3;
    private const int Padding = 1;
    private const float Tolerance = 1e-4f;

    private static readonly float[] Samples = [1, -2];

    /// <summary>What is wrong with a kind, in a few words; null if no fault was found.</summary>
    public static string? Fault(ConvolutionKind kind) =>
        Fault(kind, imageChannels: 23, windowChannels: 21, stride: 1) ?? Fault(kind, imageChannels: 48, windowChannels: 32, stride: 2);

    private static string? Fault(ConvolutionKind kind, int imageChannels, int windowChannels, int stride)
    {
        var (rank, isTransposed) = kind;
        var (along, kernel) = (Vector(stride * (rank == 3 ? 3 : 4) + 1, 1), Vector(Kernel, 2));
        var windows = Vector(((along.Length + (2 * Padding) - Kernel) / stride) + 1, 3);
        var (ofImage, ofWindows) = (Vector(imageChannels, 4), Vector(windowChannels, 5));

        // The weight uses the channel vectors of both sides, so that a sum over channels is a sum of squares.
        using var weight = Product(rank, ofWindows, ofImage, kernel);
        using var image = Product(rank, Samples, ofImage, along);
        using var held = Product(rank, Samples, ofWindows, windows);
        using var toWindows = Product(rank, Samples, Times(ofWindows, Squares(ofImage)), Seen(along, kernel, windows.Length, stride));
        using var toImage = Product(rank, Samples, Times(ofImage, Squares(ofWindows)), Spread(windows, kernel, along.Length, stride));

        var (input, gradient) = isTransposed ? (held, image) : (image, held);
        var (result, ofInput) = isTransposed ? (toImage, toWindows) : (toWindows, toImage);
        var threads = get_num_threads();
        try
        {
            // The kernel is the same with several threads, each of which does a share of the work: one shape is enough to test those.
            foreach (var count in threads == 1 || stride == 1 ? [1] : new[] { 1, threads })
            {
                set_num_threads(count);
                DirtyMemory();
                using var foundResult = Convolve(input, weight, rank, stride, isTransposed);
                using var foundGradient = Differentiate(gradient, input, weight, rank, stride, isTransposed);
                if (!IsNear(foundResult, result))
                {
                    return kind.ToString();
                }

                if (!IsNear(foundGradient, ofInput))
                {
                    return $"the gradient of {kind}";
                }
            }

            return null;
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static float[] Vector(int length, int seed)
    {
        var numbers = new float[length];
        for (var i = 0; i < length; i++)
        {
            numbers[i] = (((i * i) + (3 * i) + seed) % 7) - 3.5f;
        }

        return numbers;
    }

    private static float Squares(float[] vector)
    {
        var sum = 0f;
        foreach (var number in vector)
        {
            sum += number * number;
        }

        return sum;
    }

    private static float[] Times(float[] vector, float factor)
    {
        var product = new float[vector.Length];
        for (var i = 0; i < vector.Length; i++)
        {
            product[i] = vector[i] * factor;
        }

        return product;
    }

    /// <summary>The convolution along one axis.</summary>
    private static float[] Seen(float[] along, float[] kernel, int windows, int stride)
    {
        var seen = new float[windows];
        for (var window = 0; window < windows; window++)
        {
            for (var element = 0; element < kernel.Length; element++)
            {
                var place = (window * stride) + element - Padding;
                if (place >= 0 && place < along.Length)
                {
                    seen[window] += along[place] * kernel[element];
                }
            }
        }

        return seen;
    }

    /// <summary>The transposed convolution along one axis.</summary>
    private static float[] Spread(float[] windows, float[] kernel, int length, int stride)
    {
        var along = new float[length];
        for (var window = 0; window < windows.Length; window++)
        {
            for (var element = 0; element < kernel.Length; element++)
            {
                var place = (window * stride) + element - Padding;
                if (place >= 0 && place < length)
                {
                    along[place] += windows[window] * kernel[element];
                }
            }
        }

        return along;
    }

    /// <summary>The outer product of a vector for the first axis, one for the second, and one for each of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static NativeTensor Product(int rank, float[] first, float[] second, float[] others)
    {
        var sizes = new long[rank + 2];
        Array.Fill(sizes, others.Length);
        (sizes[0], sizes[1]) = (first.Length, second.Length);
        var tensor = NativeTensor.Empty(sizes, ElementType.Single);
        var numbers = Numbers(tensor);
        numbers[0] = 1;
        var filled = 1;
        for (var axis = rank + 1; axis >= 0; axis--)
        {
            // From the last block to the first, because the others are multiples of the first.
            var vector = axis switch
            {
                0 => first,
                1 => second,
                _ => others,
            };
            for (var i = vector.Length - 1; i >= 0; i--)
            {
                for (var j = 0; j < filled; j++)
                {
                    numbers[(i * filled) + j] = numbers[j] * vector[i];
                }
            }

            filled *= vector.Length;
        }

        return tensor;
    }

    private static void DirtyMemory()
    {
        var tensors = new NativeTensor[5];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = NativeTensor.Empty([128L << (2 * i)], ElementType.Single);
            Numbers(tensors[i]).Fill(float.NaN);
        }

        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }

    private static NativeTensor Convolve(NativeTensor input, NativeTensor weight, int rank, int stride, bool isTransposed)
    {
        // convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)
        Span<ulong> slots =
        [
            input.Lend(),
            weight.Lend(),
            Dispatcher.None,
            Each(rank, stride),
            Each(rank, Padding),
            Each(rank, 1),
            Dispatcher.Bool(isTransposed),
            Each(rank, 0),
            1,
        ];
        Dispatcher.Call("aten::convolution"u8, [], slots);
        return NativeTensor.Take(slots[0]);
    }

    private static NativeTensor Differentiate(
        NativeTensor gradient,
        NativeTensor input,
        NativeTensor weight,
        int rank,
        int stride,
        bool isTransposed
    )
    {
        // convolution_backward(grad_output, input, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups,
        // output_mask)
        Span<ulong> slots =
        [
            gradient.Lend(),
            input.Lend(),
            weight.Lend(),
            Dispatcher.None,
            Each(rank, stride),
            Each(rank, Padding),
            Each(rank, 1),
            Dispatcher.Bool(isTransposed),
            Each(rank, 0),
            1,
            Dispatcher.IntegerList([1, 0, 0]),
        ];
        Dispatcher.Call("aten::convolution_backward"u8, [], slots);
        NativeTensor.Take(slots[1]).Dispose();
        NativeTensor.Take(slots[2]).Dispose();
        return NativeTensor.Take(slots[0]);
    }

    private static ulong Each(int rank, long value)
    {
        var values = new long[rank];
        Array.Fill(values, value);
        return Dispatcher.IntegerList(values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsNear(NativeTensor found, NativeTensor right)
    {
        using var dense = found.Dense(ElementType.Single);
        var numbers = Numbers(dense);
        var rights = Numbers(right);

        // Values near 0 are differences of large ones, so the tolerance is relative to the largest.
        var largest = 0f;
        foreach (var number in rights)
        {
            largest = MathF.Max(largest, MathF.Abs(number));
        }

        for (var i = 0; i < rights.Length; i++)
        {
            if (!(MathF.Abs(numbers[i] - rights[i]) <= Tolerance * largest))
            {
                return false;
            }
        }

        return true;
    }

    private static Span<float> Numbers(NativeTensor tensor)
    {
        var count = 1L;
        foreach (var size in tensor.Sizes)
        {
            count *= size;
        }

        return new Span<float>(tensor.Data, checked((int)count));
    }
}
