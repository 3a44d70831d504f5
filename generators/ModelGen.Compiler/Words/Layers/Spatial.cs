using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>Data of channels over one to three axes in space or time: [C, L], [C, H, W] or [C, D, H, W].</summary>
internal sealed record Spatial(long Channels, IReadOnlyList<Dim> Lengths)
{
    /// <summary>The number of axes besides the channels.</summary>
    public int Rank => Lengths.Count;

    /// <summary>The input of a layer as such data; null after reporting that it is not.</summary>
    public static Spatial? Of(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        if (shape.Rank is >= 2 and <= 4 && shape.Axes[0].Constant is { } channels)
        {
            return new Spatial(channels, [.. shape.Axes.Skip(1)]);
        }

        var hint = shape.Rank is >= 2 and <= 4 ? "; 'permute' can move the channels first" : "";
        context.Fail($"needs channels over one to three axes, [C, L], [C, H, W] or [C, D, H, W]; it gets {shape}{hint}");
        return null;
    }

    /// <summary>One value for each axis, from one for all or a list; null after reporting a list of another length.</summary>
    public IReadOnlyList<long>? Each(LayerContext context, SizesParameter parameter) => Each(context, parameter, context.Get(parameter));

    /// <summary>One value for each axis of the parameter, or of <paramref name="otherwise"/> if it was left out.</summary>
    public IReadOnlyList<long>? Each(LayerContext context, SizesParameter parameter, IReadOnlyList<long> otherwise)
    {
        var values = context.TryGet(parameter, out var given) ? [.. given] : otherwise;
        if (values.Count == Rank)
        {
            return values;
        }

        if (values.Count == 1)
        {
            return [.. Enumerable.Repeat(values[0], Rank)];
        }

        context.OutOfRange(
            parameter,
            Text(values),
            FormattableString.Invariant($"one number, or one for each of the {Rank} axes after the channels of {context.Input.Shape}")
        );
        return null;
    }

    /// <summary>Whether a window that moves over each axis fits; reports it if not.</summary>
    public bool Slides(
        LayerContext context,
        SizesParameter kernelParameter,
        IReadOnlyList<long> kernel,
        IReadOnlyList<long> stride,
        IReadOnlyList<long> padding,
        IReadOnlyList<long> dilation
    )
    {
        for (var i = 0; i < Rank; i++)
        {
            var window = checked((dilation[i] * (kernel[i] - 1)) + 1);
            var room = Lengths[i] + ((2 * padding[i]) - window);
            if (room.Shortest < 0)
            {
                var reach = window == kernel[i] ? "" : FormattableString.Invariant($" that reaches over {window} with its dilation");
                context.Fail(
                    FormattableString.Invariant($"has a '{kernelParameter.Name}' of {kernel[i]}{reach}, which is longer than an axis of ")
                        + FormattableString.Invariant($"{Lengths[i]}{Shortest(Lengths[i])} with padding {padding[i]} on each side; ")
                        + $"it gets {context.Input.Shape}",
                    kernelParameter
                );
                return false;
            }

            if (window > 1 || stride[i] > 1)
            {
                context.SeesAlong(Lengths[i]);
            }
        }

        return true;
    }

    /// <summary>How short an axis can be, in words, if its length is known only at run time.</summary>
    public static string Shortest(Dim length) =>
        length.Constant is null ? FormattableString.Invariant($" (as short as {length.Shortest})") : "";

    private static string Text(IReadOnlyList<long> values) => $"[{string.Join(", ", values.Select(Number))}]";

    private static string Number(long value) => NumberText.Of(value);
}
