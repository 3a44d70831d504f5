using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>The argument that names an axis: counted from 0 without the batch, or from -1 backwards.</summary>
internal static class Axis
{
    public static IntegerParameter Parameter(string summary, long @default) =>
        new("axis", $"{summary}; counted from 0 without the batch, or backwards from -1")
        {
            Default = @default,
            Minimum = -8,
            Maximum = 7,
        };

    /// <summary>The axis, counted from 0; null after reporting that it does not exist.</summary>
    public static int? Find(LayerContext context, IntegerParameter parameter)
    {
        var (axis, rank) = (context.Get(parameter), context.Input.Shape.Rank);
        if (axis >= -rank && axis < rank)
        {
            return (int)(axis < 0 ? axis + rank : axis);
        }

        context.OutOfRange(
            parameter,
            NumberText.Of(axis),
            FormattableString.Invariant($"from {-rank} to {rank - 1} for {context.Input.Shape}")
        );
        return null;
    }
}
