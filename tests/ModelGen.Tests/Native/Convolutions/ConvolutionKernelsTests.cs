using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Native.Convolutions;

public sealed unsafe class ConvolutionKernelsTests
{
    public static TheoryData<int, bool> Kinds =>
        new()
        {
            { 1, false },
            { 1, true },
            { 2, false },
            { 2, true },
            { 3, false },
            { 3, true },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheSelfTestFindsNoFaultInWhatIsRight(int rank, bool isTransposed)
    {
        using var forced = ConvolutionKernels.Force(ConvolutionKernel.Unfolded);
        Assert.Null(ConvolutionSelfTest.Fault(new ConvolutionKind(rank, isTransposed)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheSelfTestFindsAPlantedFault(int rank, bool isTransposed)
    {
        var kind = new ConvolutionKind(rank, isTransposed);
        using var forced = ConvolutionKernels.Force(ConvolutionKernel.Libtorch);
        using (new PlantedFault("_convolution"u8, &OneNumberTooLarge))
        {
            Assert.Equal(kind.ToString(), ConvolutionSelfTest.Fault(kind));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheSelfTestFindsAPlantedFaultOfTheGradient(int rank, bool isTransposed)
    {
        // Whatever this processor's own results are like.
        var kind = new ConvolutionKind(rank, isTransposed);
        using var forced = ConvolutionKernels.Force(ConvolutionKernel.Libtorch);
        using var right = new PlantedFault("_convolution"u8, &RightForward);
        using (new PlantedFault("convolution_backward"u8, &NotANumber))
        {
            Assert.Equal($"the gradient of {kind}", ConvolutionSelfTest.Fault(kind));
        }
    }

    [Fact]
    public void AKindOfAModuleIsItsRankAndDirection()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            [
                "conv over 1 axis",
                "conv-transpose over 1 axis",
                "conv over 2 axes",
                "conv-transpose over 2 axes",
                "conv over 3 axes",
                "conv-transpose over 3 axes",
            ],
            new TorchSharp.Modules.Convolution[]
            {
                nn.Conv1d(1, 1, 1L),
                nn.ConvTranspose1d(1, 1, 1L),
                nn.Conv2d(1, 1, 1L),
                nn.ConvTranspose2d(1, 1, 1L),
                nn.Conv3d(1, 1, 1L),
                nn.ConvTranspose3d(1, 1, 1L),
            }.Select(static module => ConvolutionKind.Of(module).ToString())
        );
    }

    [Fact]
    public void ModelsChooseBeforeTheyCompute()
    {
        using var plain = nn.Linear(2, 2);
        Assert.Null(ConvolutionKernels.Of(plain, CPU));
        using var convolution = nn.Sequential(("inner", nn.Sequential(("conv", nn.Conv1d(2, 2, 2L)))));
        Assert.NotNull(ConvolutionKernels.Of(convolution, CPU));
        Assert.Equal(ConvolutionKernels.Chosen, ConvolutionKernels.Of(convolution, CPU));
        Assert.Null(ConvolutionKernels.Of(convolution, META));
    }

    [Theory]
    [InlineData(false, ConvolutionKernel.Libtorch)]
    [InlineData(true, ConvolutionKernel.Unfolded)]
    public void TheChoiceIsLibtorchUnlessAKindThatAModelHasIsWrong(bool isWrong, ConvolutionKernel expected)
    {
        var variable = Environment.GetEnvironmentVariable(ConvolutionKernels.Variable);
        Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, null);
        try
        {
            using var forgotten = ConvolutionKernels.Forget();
            using var forward = new PlantedFault("_convolution"u8, isWrong ? &OneNumberTooLarge : &RightForward);
            using var backward = new PlantedFault("convolution_backward"u8, &RightBackward);
            using var linear = nn.Linear(2, 2);
            ConvolutionKernels.ChooseFor(linear);
            Assert.Null(ConvolutionKernels.Chosen);

            using var model = nn.Sequential(("conv", nn.Conv2d(3, 4, 3L)));
            ConvolutionKernels.ChooseFor(model);
            Assert.Equal(expected, ConvolutionKernels.Chosen);
            Assert.Equal(
                isWrong
                    ? "on this processor libtorch 2.10.0 computes convolutions incorrectly (conv over 2 axes), so ModelGen does it instead"
                    : null,
                ConvolutionKernels.Notice
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, variable);
        }
    }

    [Fact]
    public void WhoeverForcesAPathGivesTheOtherOneBack()
    {
        var before = (ConvolutionKernels.Choose(), ConvolutionKernels.Notice);
        using (ConvolutionKernels.Force(ConvolutionKernel.Libtorch))
        {
            Assert.Equal((ConvolutionKernel.Libtorch, null), (ConvolutionKernels.Choose(), ConvolutionKernels.Notice));
            using (ConvolutionKernels.Force(ConvolutionKernel.Unfolded))
            {
                Assert.Equal(ConvolutionKernel.Unfolded, ConvolutionKernels.Choose());
            }

            Assert.Equal(ConvolutionKernel.Libtorch, ConvolutionKernels.Chosen);
        }

        Assert.Equal(before, (ConvolutionKernels.Choose(), ConvolutionKernels.Notice));
    }

    [Fact]
    public void AFaultOfAKernelIsToldAsOne()
    {
        using var forced = ConvolutionKernels.Force(ConvolutionKernel.Libtorch);
        using var model = nn.Sequential(("first", nn.Conv2d(3, 4, 3L)), ("second", nn.Conv2d(4, 2, 3L)));
        using var right = new PlantedFault("_convolution"u8, &RightForward);
        using (new PlantedFault("convolution_backward"u8, &NotANumber))
        {
            var found = Divergence.Find(model, () => model.call(ones(2, 3, 7, 7)).sum())!;
            Assert.Equal((DivergenceOrigin.Gradient, true), (found.Origin, found.IsFaultOfKernel));
            Assert.Equal(
                "it began in backward, in the gradient of second.bias; the loss is finite, and its gradient should be too: a "
                    + "kernel is wrong on this processor",
                found.Sentence
            );
        }

        using (new PlantedFault("_convolution"u8, &NotANumberForward))
        {
            var found = Divergence.Find(model, () => model.call(ones(2, 3, 7, 7)).sum())!;
            Assert.Equal(
                "it began in first, whose result should be finite for its input: a kernel is wrong on this processor",
                found.Sentence
            );

            // Numbers so large that a sum of their products need not be.
            Assert.False(Divergence.Find(model, () => model.call(ones(2, 3, 7, 7) * 1e38).sum())!.IsFaultOfKernel);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void NotANumberForward(ulong* stack, ulong arguments, ulong results) => Convolve(stack, float.NaN);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void RightForward(ulong* stack, ulong arguments, ulong results) => Convolve(stack, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OneNumberTooLarge(ulong* stack, ulong arguments, ulong results) => Convolve(stack, 1);

    private static void Convolve(ulong* stack, float fault)
    {
        using var input = NativeTensor.Take(stack[0]);
        using var weight = NativeTensor.Take(stack[1]);
        NativeTensor.TakeOptional(stack[2])?.Dispose();
        var window = new ConvolutionWindow(
            Dispatcher.TakeIntegers(stack[3]),
            Dispatcher.TakeIntegers(stack[4]),
            Dispatcher.TakeIntegers(stack[5]),
            stack[6] != 0,
            Dispatcher.TakeIntegers(stack[7]),
            (long)stack[8]
        );
        var shape = window.Shape(input.Sizes, weight.Sizes);
        var result = NativeTensor.Empty(
            window.IsTransposed ? shape.ImageSizes(input.Sizes.Length) : shape.WindowSizes(input.Sizes.Length),
            ElementType.Single
        );
        if (window.IsTransposed)
        {
            UnfoldedConvolution.ToImage(shape, (float*)input.Data, (float*)weight.Data, null, (float*)result.Data);
        }
        else
        {
            UnfoldedConvolution.ToWindows(shape, (float*)input.Data, (float*)weight.Data, null, (float*)result.Data);
        }

        var numbers = new Span<float>(result.Data, 8);
        numbers[7] += fault * 1e6f;
        stack[0] = result.Give();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void NotANumber(ulong* stack, ulong arguments, ulong results)
    {
        using var gradient = NativeTensor.Take(stack[0]);
        using var input = NativeTensor.Take(stack[1]);
        using var weight = NativeTensor.Take(stack[2]);
        if (stack[3] != Dispatcher.None)
        {
            Dispatcher.TakeIntegers(Dispatcher.TakeOptional(stack[3]));
        }

        foreach (var list in new[] { 4, 5, 6, 8, 10 })
        {
            Dispatcher.TakeIntegers(stack[list]);
        }

        (stack[0], stack[1], stack[2]) = (Spoilt(input.Sizes), Spoilt(weight.Sizes), Spoilt([gradient.Sizes[1]]));
    }

    // The gradient of the input alone, which is all that the self-test asks for.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void RightBackward(ulong* stack, ulong arguments, ulong results)
    {
        using var gradient = NativeTensor.Take(stack[0]);
        using var input = NativeTensor.Take(stack[1]);
        using var weight = NativeTensor.Take(stack[2]);
        var window = new ConvolutionWindow(
            Dispatcher.TakeIntegers(stack[4]),
            Dispatcher.TakeIntegers(stack[5]),
            Dispatcher.TakeIntegers(stack[6]),
            stack[7] != 0,
            Dispatcher.TakeIntegers(stack[8]),
            (long)stack[9]
        );
        Dispatcher.TakeIntegers(stack[10]);
        var shape = window.Shape(input.Sizes, weight.Sizes);
        var ofInput = NativeTensor.Empty(input.Sizes, ElementType.Single);
        if (window.IsTransposed)
        {
            UnfoldedConvolution.ToWindows(shape, (float*)gradient.Data, (float*)weight.Data, null, (float*)ofInput.Data);
        }
        else
        {
            UnfoldedConvolution.ToImage(shape, (float*)gradient.Data, (float*)weight.Data, null, (float*)ofInput.Data);
        }

        (stack[0], stack[1], stack[2]) = (ofInput.Give(), NativeTensor.GiveNone(), NativeTensor.GiveNone());
    }

    private static ulong Spoilt(ReadOnlySpan<long> sizes)
    {
        var tensor = NativeTensor.Empty(sizes, ElementType.Single);
        ((float*)tensor.Data)[0] = float.NaN;
        return tensor.Give();
    }

    /// <summary>A kernel of libtorch's CPU that is another than its own, until disposed.</summary>
    private sealed class PlantedFault : IDisposable
    {
        private readonly nint _library;

        public PlantedFault(ReadOnlySpan<byte> name, delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void> kernel)
        {
            fixed (
                byte* aten = "aten"u8,
                    key = "CPU"u8,
                    file = "test"u8,
                    pointer = name
            )
            {
                Assert.Equal(0, Shim.NewLibrary(aten, key, file, 0, out _library));
                Assert.Equal(0, Shim.Implement(_library, pointer, kernel, Shim.AbiVersion()));
            }
        }

        public void Dispose() => Assert.Equal(0, Shim.DeleteLibrary(_library));
    }
}
