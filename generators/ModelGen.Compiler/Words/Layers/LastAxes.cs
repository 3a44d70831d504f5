using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>What layers that normalise over the last axes of each sample have in common.</summary>
internal static class LastAxes
{
    public static readonly IntegerParameter Count = new("axes", "how many of the last axes are normalised together")
    {
        Default = 1,
        Maximum = 8,
    };

    /// <summary>The lengths of the axes; null after reporting why the input has none.</summary>
    public static long[]? Of(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        var axes = context.Get(Count);
        if (axes > shape.Rank)
        {
            context.OutOfRange(Count, NumberText.Of(axes), $"at most {shape.Rank}, the number of axes of {shape}");
            return null;
        }

        var lengths = shape.Axes.Skip(shape.Rank - (int)axes).Select(static axis => axis.Constant).ToArray();
        if (lengths.Contains(null))
        {
            context.Fail($"needs last axes of fixed length; it gets {shape}");
            return null;
        }

        return [.. lengths.Select(static length => length!.Value)];
    }

    /// <summary>Warns that a single element is normalised by itself.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="lengths">The lengths of the axes.</param>
    /// <param name="result">What it then gives.</param>
    public static void WarnIfOne(LayerContext context, IReadOnlyList<long> lengths, string result) =>
        context.WarnIfConstant(
            lengths.Aggregate((Dim)1, static (product, length) => product * length),
            "a single element",
            result,
            "normalise over more axes, or remove the layer"
        );
}
