using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// Replaces libtorch's convolutions on the CPU with <see cref="UnfoldedConvolution"/>: in its dispatcher, below autograd. All convolutions
/// on the CPU, whether in generated code, TorchSharp's modules or TorchScript, and all their derivatives are then computed here.
/// </summary>
internal sealed unsafe class ConvolutionOperators : IDisposable
{
    private readonly nint _library;

    /// <summary>Registers the replacements, until disposed.</summary>
    public ConvolutionOperators()
    {
        fixed (
            byte* name = "aten"u8,
                key = "CPU"u8,
                file = "ModelGen"u8,
                forward = "_convolution"u8,
                backward = "convolution_backward"u8
        )
        {
            Succeed(Shim.NewLibrary(name, key, file, 0, out _library));
            try
            {
                Succeed(Shim.Implement(_library, forward, &Forward, Shim.AbiVersion()));
                Succeed(Shim.Implement(_library, backward, &Backward, Shim.AbiVersion()));
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    /// <summary>Restores libtorch's own kernels.</summary>
    public void Dispose() => _ = Shim.DeleteLibrary(_library);

    private static void Succeed(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("libtorch rejected ModelGen's convolutions; see standard error for the reason.");
        }
    }

    // _convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed,
    // SymInt[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32) -> Tensor
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forward(ulong* stack, ulong arguments, ulong results)
    {
        try
        {
            using var input = NativeTensor.Take(stack[0]);
            using var weight = NativeTensor.Take(stack[1]);
            using var bias = NativeTensor.TakeOptional(stack[2]);
            var window = Window(stack + 3);
            stack[0] = IsDouble(input) ? Result<double>(input, weight, bias, window) : Result<float>(input, weight, bias, window);
        }
        catch (Exception exception)
        {
            Tell(exception);
            stack[0] = NativeTensor.GiveNone();
        }
    }

    // convolution_backward(Tensor grad_output, Tensor input, Tensor weight, SymInt[]? bias_sizes, SymInt[] stride, SymInt[] padding,
    // SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool[3] output_mask) -> (Tensor, Tensor, Tensor)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Backward(ulong* stack, ulong arguments, ulong results)
    {
        try
        {
            using var gradient = NativeTensor.Take(stack[0]);
            using var input = NativeTensor.Take(stack[1]);
            using var weight = NativeTensor.Take(stack[2]);
            if (stack[3] != Dispatcher.None)
            {
                Dispatcher.TakeIntegers(Dispatcher.TakeOptional(stack[3]));
            }

            var window = Window(stack + 4);
            var asked = Dispatcher.TakeIntegers(stack[10]);
            var gradients = IsDouble(input)
                ? Gradients<double>(gradient, input, weight, window, asked)
                : Gradients<float>(gradient, input, weight, window, asked);
            gradients.CopyTo(new Span<ulong>(stack, 3));
        }
        catch (Exception exception)
        {
            Tell(exception);
            for (var i = 0; i < 3; i++)
            {
                stack[i] = Misfit();
            }
        }
    }

    private static ConvolutionWindow Window(ulong* stack) =>
        new(
            Dispatcher.TakeIntegers(stack[0]),
            Dispatcher.TakeIntegers(stack[1]),
            Dispatcher.TakeIntegers(stack[2]),
            stack[3] != 0,
            Dispatcher.TakeIntegers(stack[4]),
            (long)stack[5]
        );

    // Types narrower than float32 are multiplied and accumulated in float32, and rounded once.
    private static bool IsDouble(NativeTensor input) =>
        input.Type switch
        {
            ElementType.Double => true,
            ElementType.Single or ElementType.Half or ElementType.BFloat16 => false,
            _ => throw new ArgumentException("A convolution needs a floating-point input."),
        };

    private static ulong Result<T>(NativeTensor input, NativeTensor weight, NativeTensor? bias, ConvolutionWindow window)
        where T : unmanaged, INumber<T>
    {
        var shape = window.Shape(input.Sizes, weight.Sizes);
        if (
            weight.Type != input.Type
            || (
                bias is not null
                && (
                    bias.Type != input.Type || !bias.Sizes.SequenceEqual([window.IsTransposed ? shape.ImageChannels : shape.WindowChannels])
                )
            )
        )
        {
            throw new ArgumentException(
                "A convolution's weight and bias must have its input's dtype, and the bias must have one value per output channel."
            );
        }

        using var x = input.Dense(ElementType.Of<T>());
        using var w = weight.Dense(ElementType.Of<T>());
        using var b = bias?.Dense(ElementType.Of<T>());
        var addend = b is null ? null : (T*)b.Data;
        using var result = NativeTensor.Empty(ResultSizes(shape, window, input), ElementType.Of<T>());
        if (window.IsTransposed)
        {
            UnfoldedConvolution.ToImage(shape, (T*)x.Data, (T*)w.Data, addend, (T*)result.Data);
        }
        else
        {
            UnfoldedConvolution.ToWindows(shape, (T*)x.Data, (T*)w.Data, addend, (T*)result.Data);
        }

        return result.Dense(input.Type).Give();
    }

    private static ulong[] Gradients<T>(
        NativeTensor gradient,
        NativeTensor input,
        NativeTensor weight,
        ConvolutionWindow window,
        long[] asked
    )
        where T : unmanaged, INumber<T>
    {
        var shape = window.Shape(input.Sizes, weight.Sizes);
        var result = ResultSizes(shape, window, input);
        if (!gradient.Sizes.SequenceEqual(result))
        {
            throw new ArgumentException(
                $"The gradient of a convolution's output is [{string.Join(", ", gradient.Sizes.ToArray())}], but the output is "
                    + $"[{string.Join(", ", result)}]."
            );
        }

        using var g = gradient.Dense(ElementType.Of<T>());
        using var x = input.Dense(ElementType.Of<T>());
        using var w = weight.Dense(ElementType.Of<T>());
        var gradients = new ulong[3];
        if (asked[0] != 0)
        {
            using var ofInput = NativeTensor.Empty(input.Sizes, ElementType.Of<T>());
            if (window.IsTransposed)
            {
                UnfoldedConvolution.ToWindows(shape, (T*)g.Data, (T*)w.Data, null, (T*)ofInput.Data);
            }
            else
            {
                UnfoldedConvolution.ToImage(shape, (T*)g.Data, (T*)w.Data, null, (T*)ofInput.Data);
            }

            gradients[0] = ofInput.Dense(input.Type).Give();
        }

        if (asked[1] != 0)
        {
            using var ofWeight = NativeTensor.Empty(weight.Sizes, ElementType.Of<T>());
            var (image, windows) = window.IsTransposed ? ((nint)g.Data, (nint)x.Data) : ((nint)x.Data, (nint)g.Data);
            UnfoldedConvolution.ToWeight(shape, (T*)image, (T*)windows, (T*)ofWeight.Data);
            gradients[1] = ofWeight.Dense(weight.Type).Give();
        }

        if (asked[2] != 0)
        {
            using var ofBias = NativeTensor.Empty([gradient.Sizes[1]], ElementType.Of<T>());
            ChannelSums.Of(
                (T*)g.Data,
                shape.Batch,
                gradient.Sizes[1],
                window.IsTransposed ? shape.ImageSize : shape.WindowCount,
                (T*)ofBias.Data
            );
            gradients[2] = ofBias.Dense(weight.Type).Give();
        }

        for (var i = 0; i < 3; i++)
        {
            if (asked[i] == 0)
            {
                gradients[i] = NativeTensor.GiveNone();
            }
        }

        return gradients;
    }

    private static long[] ResultSizes(in ConvolutionShape shape, ConvolutionWindow window, NativeTensor input) =>
        window.IsTransposed ? shape.ImageSizes(input.Sizes.Length) : shape.WindowSizes(input.Sizes.Length);

    // Exceptions cannot propagate through libtorch: the reason goes to standard error, like libtorch's own. Using the undefined tensor
    // returned as the result then throws; for gradients the result must be something that autograd does not interpret as "no gradient".
    private static void Tell(Exception exception) =>
        Console.Error.WriteLine(
            exception is ArgumentException or OutOfMemoryException or InvalidOperationException ? exception.Message : exception.ToString()
        );

    /// <summary>A gradient with a shape that autograd rejects, and NaN in case it can be broadcast to the right one.</summary>
    private static ulong Misfit()
    {
        var misfit = NativeTensor.Empty([2, 3, 5], ElementType.Single);
        new Span<float>(misfit.Data, 2 * 3 * 5).Fill(float.NaN);
        return misfit.Give();
    }
}
