namespace ModelGen.Native.Convolutions;

/// <summary>How a convolution's window moves, as PyTorch's operators take it: a number for each axis, or one for all.</summary>
/// <param name="Stride">From one window to the next.</param>
/// <param name="Padding">Zeros on either side; of a transposed convolution, what is cut off there.</param>
/// <param name="Dilation">From one element of a window to the next.</param>
/// <param name="IsTransposed">Whether the input is what windows hold, and the result the image.</param>
/// <param name="OutputPadding">What a transposed convolution's result is longer by at its end.</param>
/// <param name="Groups">Into how many groups the channels are split.</param>
internal sealed record ConvolutionWindow(
    long[] Stride,
    long[] Padding,
    long[] Dilation,
    bool IsTransposed,
    long[] OutputPadding,
    long Groups
)
{
    private const int MostAxes = 3;

    /// <summary>The lengths of the convolution of an input.</summary>
    /// <param name="input">[batch, channels, lengths…].</param>
    /// <param name="weight">[window channels, image channels / groups, kernel…].</param>
    /// <exception cref="ArgumentException">They do not go together.</exception>
    public ConvolutionShape Shape(ReadOnlySpan<long> input, ReadOnlySpan<long> weight)
    {
        var rank = input.Length - 2;
        if (rank is < 1 or > MostAxes || weight.Length != input.Length)
        {
            throw Unfit(input, weight, "an input [batch, channels, …] of one to three axes and a weight of as many");
        }

        Span<ConvolutionAxis> axes = [ConvolutionAxis.None, ConvolutionAxis.None, ConvolutionAxis.None];
        for (var axis = 0; axis < rank; axis++)
        {
            var (length, kernel) = (input[axis + 2], weight[axis + 2]);
            var (stride, padding, dilation) = (Of(Stride, axis), Of(Padding, axis), Of(Dilation, axis));
            var reach = (dilation * (kernel - 1)) + 1;
            var along = IsTransposed
                ? new ConvolutionAxis(
                    ((length - 1) * stride) - (2 * padding) + reach + Of(OutputPadding, axis),
                    length,
                    kernel,
                    stride,
                    padding,
                    dilation
                )
                : new ConvolutionAxis(
                    length,
                    stride < 1 ? 0 : ((length + (2 * padding) - reach) / stride) + 1,
                    kernel,
                    stride,
                    padding,
                    dilation
                );
            if (IsTransposed && Of(OutputPadding, axis) >= Math.Max(stride, dilation))
            {
                throw Unfit(
                    input,
                    weight,
                    $"an output padding below the stride or the dilation; along axis {axis} it is {Of(OutputPadding, axis)}"
                );
            }

            if (!along.Fits)
            {
                throw Unfit(
                    input,
                    weight,
                    $"windows that fit; along axis {axis} kernel {kernel}, stride {stride}, padding {padding} and dilation "
                        + $"{dilation} do not fit a length of {length}"
                );
            }

            axes[MostAxes - rank + axis] = along;
        }

        var (imageChannels, windowChannels) = (weight[1] * Groups, weight[0]);
        if (Groups < 1 || windowChannels % Groups != 0 || input[1] != (IsTransposed ? windowChannels : imageChannels))
        {
            throw Unfit(input, weight, $"{(IsTransposed ? windowChannels : imageChannels)} channels in {Groups} equal groups");
        }

        return new ConvolutionShape(input[0], imageChannels, windowChannels, Groups, axes[0], axes[1], axes[2]);
    }

    private static long Of(long[] values, int axis) => values.Length == 1 ? values[0] : values[axis];

    private static ArgumentException Unfit(ReadOnlySpan<long> input, ReadOnlySpan<long> weight, string expected) =>
        new(
            $"A convolution of an input [{string.Join(", ", input.ToArray())}] with a weight "
                + $"[{string.Join(", ", weight.ToArray())}] needs {expected}."
        );
}
