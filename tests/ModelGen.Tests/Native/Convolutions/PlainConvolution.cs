namespace ModelGen.Tests.Native.Convolutions;

/// <summary>A convolution as its definition says it, in loops over double: the metric of what is computed otherwise.</summary>
/// <param name="Batch">How many samples.</param>
/// <param name="Input">The input's channels.</param>
/// <param name="Output">The result's channels.</param>
/// <param name="Groups">Into how many groups both are split.</param>
/// <param name="Lengths">The input's lengths along its axes, at most three.</param>
/// <param name="Kernel">The window's.</param>
/// <param name="Stride">Its steps.</param>
/// <param name="Padding">The zeros on either side.</param>
/// <param name="Dilation">The distances between its elements.</param>
/// <param name="IsTransposed">Whether it is a transposed one.</param>
/// <param name="OutputPadding">What the result of a transposed one is longer by.</param>
internal sealed record PlainConvolution(
    long Batch,
    long Input,
    long Output,
    long Groups,
    long[] Lengths,
    long[] Kernel,
    long[] Stride,
    long[] Padding,
    long[] Dilation,
    bool IsTransposed,
    long[] OutputPadding
)
{
    /// <summary>One with every number drawn, some of them 1 and some larger than the data.</summary>
    public static PlainConvolution Draw(Random random, int rank, bool isTransposed)
    {
        while (true)
        {
            long[] Each(Func<long> draw) => [.. Enumerable.Range(0, rank).Select(_ => draw())];
            var groups = random.Next(4) == 0 ? random.Next(2, 5) : 1;
            var widest = rank == 3 ? 20 : 50;
            var (input, output) = (groups * random.Next(1, widest / groups), groups * random.Next(1, widest / groups));
            var lengths = Each(() =>
                random.Next(
                    1,
                    rank switch
                    {
                        1 => 40,
                        2 => 12,
                        _ => 6,
                    }
                )
            );
            var (kernel, stride) = (Each(() => random.Next(1, 5)), Each(() => random.Next(1, 4)));
            var (padding, dilation) = (Each(() => random.Next(0, 4)), Each(() => random.Next(1, 4)));
            var outputPadding = isTransposed
                ? stride.Zip(dilation, (s, d) => (long)random.Next((int)Math.Max(s, d))).ToArray()
                : Each(() => 0);
            var drawn = new PlainConvolution(
                random.Next(1, 6),
                input,
                output,
                groups,
                lengths,
                kernel,
                stride,
                padding,
                dilation,
                isTransposed,
                outputPadding
            );
            if (
                drawn.ResultLengths.All(static length => length >= 1)
                && (
                    isTransposed
                    || lengths
                        .Zip(padding, (l, p) => l + (2 * p))
                        .Zip(dilation.Zip(kernel, (d, k) => (d * (k - 1)) + 1))
                        .All(static pair => pair.First >= pair.Second)
                )
            )
            {
                return drawn;
            }
        }
    }

    /// <summary>The lengths of the result.</summary>
    public long[] ResultLengths =>
        [
            .. Enumerable
                .Range(0, Lengths.Length)
                .Select(axis =>
                    IsTransposed
                        ? ((Lengths[axis] - 1) * Stride[axis])
                            - (2 * Padding[axis])
                            + (Dilation[axis] * (Kernel[axis] - 1))
                            + OutputPadding[axis]
                            + 1
                        : ((Lengths[axis] + (2 * Padding[axis]) - (Dilation[axis] * (Kernel[axis] - 1)) - 1) / Stride[axis]) + 1
                ),
        ];

    /// <summary>The weight's shape.</summary>
    public long[] WeightShape => IsTransposed ? [Input, Output / Groups, .. Kernel] : [Output, Input / Groups, .. Kernel];

    /// <summary>
    /// The result, the gradients of input, weight and bias, for a gradient of the result; each with the sum of the sizes of what was added
    /// up.
    /// </summary>
    public (Sum[] Result, Sum[] Input, Sum[] Weight, Sum[] Bias) Compute(float[] input, float[] weight, float[] bias, float[] gradient)
    {
        var (lengths, results) = (Lengths, ResultLengths);
        var (inputSize, resultSize, kernelSize) = (Product(lengths), Product(results), Product(Kernel));
        var (result, ofInput, ofWeight, ofBias) = (
            new Sum[Batch * Output * resultSize],
            new Sum[input.Length],
            new Sum[weight.Length],
            new Sum[Output]
        );
        var (inputs, outputs) = (Input / Groups, Output / Groups);
        for (long b = 0; b < Batch; b++)
        {
            for (long o = 0; o < Output; o++)
            {
                for (long p = 0; p < resultSize; p++)
                {
                    var at = (((b * Output) + o) * resultSize) + p;
                    result[at].Add(bias[o]);
                    ofBias[o].Add(gradient[at]);
                }
            }

            for (long place = 0; place < inputSize; place++)
            {
                for (long element = 0; element < kernelSize; element++)
                {
                    if (Meets(place, element, lengths, results) is not { } p)
                    {
                        continue;
                    }

                    for (long i = 0; i < Input; i++)
                    {
                        var group = i / inputs;
                        for (var o = group * outputs; o < (group + 1) * outputs; o++)
                        {
                            var (x, y) = ((((b * Input) + i) * inputSize) + place, (((b * Output) + o) * resultSize) + p);
                            var w = IsTransposed
                                ? (((i * outputs) + (o % outputs)) * kernelSize) + element
                                : (((o * inputs) + (i % inputs)) * kernelSize) + element;
                            result[y].Add((double)input[x] * weight[w]);
                            ofInput[x].Add((double)gradient[y] * weight[w]);
                            ofWeight[w].Add((double)gradient[y] * input[x]);
                        }
                    }
                }
            }
        }

        return (result, ofInput, ofWeight, ofBias);
    }

    /// <summary>Checks that numbers are these sums but for float32's rounding.</summary>
    public void CheckNear(string name, Sum[] sums, float[] numbers)
    {
        Assert.Equal(sums.Length, numbers.Length);
        for (var i = 0; i < sums.Length; i++)
        {
            Assert.True(
                Math.Abs(numbers[i] - sums[i].Value) <= 2e-6 * sums[i].Size,
                $"{name} [{i}]: {numbers[i]}, not {sums[i].Value}; {this}"
            );
        }
    }

    // The place of the result that an element of the kernel joins with a place of the input; null where there is none.
    private long? Meets(long place, long element, long[] lengths, long[] results)
    {
        var (result, step) = (0L, 1L);
        for (var axis = lengths.Length - 1; axis >= 0; axis--)
        {
            var (x, k) = (place % lengths[axis], element % Kernel[axis]);
            (place, element) = (place / lengths[axis], element / Kernel[axis]);
            long y;
            if (IsTransposed)
            {
                y = (x * Stride[axis]) - Padding[axis] + (k * Dilation[axis]);
            }
            else
            {
                var from = x + Padding[axis] - (k * Dilation[axis]);
                if (from < 0 || from % Stride[axis] != 0)
                {
                    return null;
                }

                y = from / Stride[axis];
            }

            if (y < 0 || y >= results[axis])
            {
                return null;
            }

            result += y * step;
            step *= results[axis];
        }

        return result;
    }

    private static long Product(long[] lengths) => lengths.Aggregate(1L, static (product, length) => product * length);

    /// <summary>A sum, and what its rounding is measured in.</summary>
    internal struct Sum
    {
        public double Value;
        public double Size;

        public void Add(double value)
        {
            Value += value;
            Size += Math.Abs(value);
        }
    }
}
