using System.Globalization;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Native.Convolutions;

/// <summary>Convolutions through TorchSharp where ModelGen computes them, against their definition.</summary>
public sealed class UnfoldedConvolutionTests : IDisposable
{
    private static readonly int Shapes = int.Parse(
        Environment.GetEnvironmentVariable("MODELGEN_CONVOLUTION_COUNT") ?? "15",
        CultureInfo.InvariantCulture
    );

    private readonly int _threads = get_num_threads();
    private readonly IDisposable _forced = ConvolutionKernels.Force(ConvolutionKernel.Unfolded);

    public static TheoryData<int, bool, int> Kinds
    {
        get
        {
            var kinds = new TheoryData<int, bool, int>();
            foreach (var rank in new[] { 1, 2, 3 })
            {
                foreach (var isTransposed in new[] { false, true })
                {
                    foreach (var threads in new[] { 1, 2, 3 })
                    {
                        kinds.Add(rank, isTransposed, threads);
                    }
                }
            }

            return kinds;
        }
    }

    public void Dispose()
    {
        _forced.Dispose();
        set_num_threads(_threads);
    }

    /// <summary>MODELGEN_CONVOLUTION_COUNT says how many shapes of each kind, rank and number of threads.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void ResultsAndGradientsAreThoseOfTheDefinition(int rank, bool isTransposed, int threads)
    {
        set_num_threads(threads);
        var random = new Random((rank * 10) + (isTransposed ? 1 : 0));
        for (var shape = 0; shape < Shapes; shape++)
        {
            Check(PlainConvolution.Draw(random, rank, isTransposed), random);
        }
    }

    // More windows of a sample than a block has, along each axis that may be split.
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void ALargeSampleIsComputedInParts(int rank, bool isTransposed)
    {
        long[] lengths = rank switch
        {
            1 => [9001],
            2 => [70, 131],
            _ => [5, 33, 37],
        };
        long[] Each(long value) => [.. Enumerable.Repeat(value, rank)];
        var convolution = new PlainConvolution(
            2,
            rank == 3 ? 48 : 6,
            4,
            rank == 3 ? 1 : 2,
            lengths,
            Each(3),
            Each(isTransposed ? 1 : 2),
            Each(1),
            Each(2),
            isTransposed,
            Each(0)
        );
        Check(convolution, new Random(rank));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 1.0 / 256)]
    [InlineData(ScalarType.Float16, 1.0 / 2048)]
    public void FewerBitsAreRoundedOnce(ScalarType type, double rounding)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, w, b) = (randn(3, 20, 9, 8).to(type), randn(7, 20, 3, 3).to(type), randn(7).to(type));
        var y = nn.functional.conv2d(x, w, b, strides: [2, 1], padding: [1, 1]);
        var exact = nn.functional.conv2d(x.to(float64), w.to(float64), b.to(float64), strides: [2, 1], padding: [1, 1]);
        Assert.Equal(type, y.dtype);
        Assert.True(((y.to(float64) - exact).abs() <= (exact.abs() * rounding) + 1e-5).all().item<bool>());
    }

    [Fact]
    public void DoubleIsComputedInDouble()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, 1, 3, dtype: float64) / 3;
        var y = nn.functional.conv1d(x, ones(1, 1, 2, dtype: float64));
        Assert.Equal([2.0 / 3, 2.0 / 3], y.data<double>().ToArray());
    }

    // By central differences of the gradient's product with a direction, in double.
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void GradientsHaveGradients(int rank, bool isTransposed)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var convolution = PlainConvolution.Draw(new Random(5), rank, isTransposed);
        var x = randn([convolution.Batch, convolution.Input, .. convolution.Lengths], dtype: float64);
        var w = randn(convolution.WeightShape, dtype: float64);
        var (dx, dw) = (randn_like(x), randn_like(w));

        // f = ‖∂/∂x Σ tanh y‖² + ‖∂/∂w Σ tanh y‖², so that both gradients depend on both arguments.
        Tensor F(Tensor x, Tensor w)
        {
            var gradients = autograd.grad([Apply(convolution, x, w, null).tanh().sum()], [x, w], retain_graph: true, create_graph: true);
            return (gradients[0] * gradients[0]).sum() + (gradients[1] * gradients[1]).sum();
        }

        var (px, pw) = (x.clone().requires_grad_(), w.clone().requires_grad_());
        F(px, pw).backward();
        var slope = ((px.grad! * dx).sum() + (pw.grad! * dw).sum()).item<double>();
        const double Step = 1e-5;
        double At(double t) => F((x + (t * dx)).requires_grad_(), (w + (t * dw)).requires_grad_()).item<double>();
        Assert.Equal(1, (At(Step) - At(-Step)) / (2 * Step) / slope, 1e-6);
    }

    [Fact]
    public void ModulesTorchScriptAndOtherLayoutsTakeTheSamePath()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var module = nn.Conv2d(27, 21, 3, padding: 1, stride: 2);
        var x = randn(4, 27, 7, 9);
        var y = module.call(x);
        Close(
            nn.functional.conv2d(x.to(float64), module.weight!.to(float64), module.bias!.to(float64), strides: [2, 2], padding: [1, 1]),
            y
        );

        using var script = jit.compile("def f(x, w, b):\n  return torch.conv2d(x, w, b, [2, 2], [1, 1])\n");
        Close(y, (Tensor)script.invoke("f", x, module.weight!, module.bias!));

        var channelsLast = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Close(y, module.call(channelsLast));
        Close(y[1], module.call(x[1]));
        Assert.Equal([0L, 21, 4, 5], module.call(x[..0]).shape);
    }

    [Fact]
    public void TheSameThreadsGiveTheSameBytes()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        set_num_threads(2);
        var (x, w) = (randn(9, 5, 13, 13), randn(6, 5, 3, 3));
        byte[][] Run()
        {
            var (px, pw) = (x.clone().requires_grad_(), w.clone().requires_grad_());
            var y = nn.functional.conv2d(px, pw);
            y.tanh().sum().backward();
            return [.. new[] { y, px.grad!, pw.grad! }.Select(static tensor => tensor.bytes.ToArray())];
        }

        var first = Run();
        for (var again = 0; again < 20; again++)
        {
            Assert.Equal(first, Run());
        }
    }

    [Fact]
    public void NothingStaysAlive()
    {
        using var module = nn.Conv2d(3, 4, 3);
        using var x = randn(2, 3, 8, 8).requires_grad_();
        long Steps(int count)
        {
            for (var step = 0; step < count; step++)
            {
                using var scope = NewDisposeScope();
                module.call(x).sum().backward();
            }

            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.PrivateMemorySize64;
        }

        Steps(200);
        var before = Steps(1);
        Assert.InRange(Steps(20_000) - before, long.MinValue, 8 << 20);
    }

    [Fact]
    public void WhatDoesNotFitIsAnErrorAndEndsNoProcess()
    {
        using var scope = NewDisposeScope();
        using var output = new StringWriter();
        var before = Console.Error;
        Console.SetError(output);
        try
        {
            Assert.ThrowsAny<Exception>(() => nn.functional.conv2d(randn(1, 3, 5, 5), randn(4, 2, 3, 3)).sum());
            Assert.ThrowsAny<Exception>(() => nn.functional.conv1d(randn(1, 3, 5), randn(4, 3, 7)).sum());
            Assert.ThrowsAny<Exception>(() => nn.functional.conv1d(randn(1, 3, 5), randn(4, 3, 3, dtype: float64)).sum());
        }
        finally
        {
            Console.SetError(before);
        }

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("A convolution of an input [1, 3, 5, 5] with a weight [4, 2, 3, 3] needs 2 channels in 1 equal groups.", lines[0]);
        Assert.Equal(
            "A convolution of an input [1, 3, 5] with a weight [4, 3, 7] needs windows that fit; along axis 0 kernel 7, stride 1, "
                + "padding 0 and dilation 1 do not fit a length of 5.",
            lines[1]
        );
        Assert.StartsWith("A convolution's weight and bias must have", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void WithoutInputChannelsTheResultIsTheBias()
    {
        using var scope = NewDisposeScope();
        var y = nn.functional.conv2d(zeros(2, 0, 5, 5), zeros(4, 0, 3, 3), tensor(new[] { 1f, 2, 3, 4 }));
        Assert.Equal([2L, 4, 3, 3], y.shape);
        Assert.True(y.eq(tensor(new[] { 1f, 2, 3, 4 }).view(1, 4, 1, 1)).all().item<bool>());
    }

    // Autograd takes no tensor for no gradient, and training would go on without the layers before this one.
    [Fact]
    public void AFailingBackwardGivesWhatAutogradRefusesAndNoMissingGradient()
    {
        using var scope = NewDisposeScope();
        var (x, w, g) = (randn(2, 3, 7), randn(4, 3, 3), randn(2, 4, 6));
        using var output = new StringWriter();
        var before = Console.Error;
        Console.SetError(output);
        Span<ulong> slots =
        [
            Dispatcher.Tensor(g),
            Dispatcher.Tensor(x),
            Dispatcher.Tensor(w),
            Dispatcher.None,
            Dispatcher.IntegerList([1]),
            Dispatcher.IntegerList([0]),
            Dispatcher.IntegerList([1]),
            0,
            Dispatcher.IntegerList([0]),
            1,
            Dispatcher.IntegerList([1, 1, 1]),
        ];
        try
        {
            Dispatcher.Call("aten::convolution_backward"u8, [], slots);
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Equal("The gradient of a convolution's output is [2, 4, 6], but the output is [2, 4, 5].\n", output.ToString());
        for (var i = 0; i < 3; i++)
        {
            var gradient = Tensor.UnsafeCreateTensor((nint)slots[i]);
            Assert.Equal([2L, 3, 5], gradient.shape);
            Assert.True(gradient.isnan().all().item<bool>());
        }
    }

    private static void Check(PlainConvolution convolution, Random random)
    {
        using var scope = NewDisposeScope();
        var x = Numbers(random, [convolution.Batch, convolution.Input, .. convolution.Lengths]);
        var (w, b) = (Numbers(random, convolution.WeightShape), Numbers(random, [convolution.Output]));
        var g = Numbers(random, [convolution.Batch, convolution.Output, .. convolution.ResultLengths]);
        var right = convolution.Compute(
            x.data<float>().ToArray(),
            w.data<float>().ToArray(),
            b.data<float>().ToArray(),
            g.data<float>().ToArray()
        );

        DirtyMemory(x.numel(), w.numel(), g.numel());
        var (px, pw, pb) = (x.requires_grad_(), w.requires_grad_(), b.requires_grad_());
        var y = Apply(convolution, px, pw, pb);
        y.backward([g]);
        foreach (
            var (name, found, sums) in new[]
            {
                ("result", y, right.Result),
                ("gradient of the input", px.grad!, right.Input),
                ("gradient of the weight", pw.grad!, right.Weight),
                ("gradient of the bias", pb.grad!, right.Bias),
            }
        )
        {
            convolution.CheckNear(name, sums, found.contiguous().data<float>().ToArray());
        }
    }

    private static Tensor Numbers(Random random, long[] shape)
    {
        var numbers = new float[shape.Aggregate(1L, static (product, length) => product * length)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (random.NextSingle() * 2) - 1;
        }

        return tensor(numbers).reshape(shape);
    }

    private static void DirtyMemory(params long[] counts)
    {
        foreach (
            var tensors in counts.Select(static count => Enumerable.Range(0, 3).Select(_ => full([count], float.NaN)).ToArray()).ToArray()
        )
        {
            foreach (var tensor in tensors)
            {
                tensor.Dispose();
            }
        }
    }

    private static Tensor Apply(PlainConvolution c, Tensor x, Tensor w, Tensor? b) =>
        (c.Lengths.Length, c.IsTransposed) switch
        {
            (1, false) => nn.functional.conv1d(
                x,
                w,
                b,
                stride: c.Stride[0],
                padding: c.Padding[0],
                dilation: c.Dilation[0],
                groups: c.Groups
            ),
            (1, true) => nn.functional.conv_transpose1d(
                x,
                w,
                b,
                stride: c.Stride[0],
                padding: c.Padding[0],
                output_padding: c.OutputPadding[0],
                dilation: c.Dilation[0],
                groups: c.Groups
            ),
            (2, false) => nn.functional.conv2d(x, w, b, strides: c.Stride, padding: c.Padding, dilation: c.Dilation, groups: c.Groups),
            (2, true) => nn.functional.conv_transpose2d(
                x,
                w,
                b,
                strides: c.Stride,
                padding: c.Padding,
                output_padding: c.OutputPadding,
                dilation: c.Dilation,
                groups: c.Groups
            ),
            (3, false) => nn.functional.conv3d(x, w, b, strides: c.Stride, padding: c.Padding, dilation: c.Dilation, groups: c.Groups),
            _ => nn.functional.conv_transpose3d(
                x,
                w,
                b,
                strides: c.Stride,
                padding: c.Padding,
                output_padding: c.OutputPadding,
                dilation: c.Dilation,
                groups: c.Groups
            ),
        };

    private static void Close(Tensor expected, Tensor found) =>
        Assert.True(((expected.to(float64) - found.to(float64)).abs() <= 1e-5 * (1 + expected.abs().to(float64))).all().item<bool>());
}
