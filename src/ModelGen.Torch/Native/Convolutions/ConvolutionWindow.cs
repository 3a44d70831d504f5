namespace ModelGen.Native.Convolutions;

/// <summary>The parameters of a convolution, as PyTorch's operators take them: a number for each axis, or one for all.</summary>
/// <param name="Stride">The distance from one window to the next.</param>
/// <param name="Padding">The zeros on either side; for a transposed convolution, the elements cut off there.</param>
/// <param name="Dilation">The distance from one element of a window to the next.</param>
/// <param name="IsTransposed">Whether the input holds the windows and the result is the image.</param>
/// <param name="OutputPadding">The additional length at the end of a transposed convolution's result.</param>
/// <param name="Groups">The number of groups into which the channels are split.</param>
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

    /// <summary>The shape of the convolution of an input.</summary>
    /// <param name="input">[batch, channels, lengths…].</param>
    /// <param name="weight">[window channels, image channels / groups, kernel…].</param>
    /// <exception cref="ArgumentException">The shapes do not match.</exception>
    public ConvolutionShape Shape(ReadOnlySpan<long> input, ReadOnlySpan<long> weight)
    {
        var rank = input.Length - 2;
        if (rank is < 1 or > MostAxes || weight.Length != input.Length)
        {
            throw Unfit(input, weight, "an input [batch, channels, …] with one to three spatial axes and a weight with the same number");
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
                    $"an output padding less than the stride or the dilation; along axis {axis} it is {Of(OutputPadding, axis)}"
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
