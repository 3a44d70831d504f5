using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>The argument of layers whose weight can be divided by its largest singular value.</summary>
internal static class SpectralNormalisation
{
    public static readonly FlagParameter Parameter = new(
        "spectral-norm",
        "whether the weight is divided by its largest singular value, estimated by power iteration (Miyato et al. 2018); the state `u` and "
            + "`v` is then kept under the layer's name with `_norm`"
    )
    {
        Default = false,
    };

    /// <summary>Adds the state of the estimate for a weight, and an operation that gives the divided weight.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="axis">Its output axis.</param>
    public static Value Divide(LayerContext context, Weight weight, int axis)
    {
        context.NeedsWholeBatch("spectral-norm takes a step of power iteration each time the layer runs", mixesSamples: false);
        var shape = weight.Entry.Shape;
        var columns = shape.Where((_, i) => i != axis).Aggregate(1L, static (product, length) => checked(product * length));
        var part = new Part(
            context.Module.FreeName($"{weight.Part!.Name}_norm"),
            $"{context.Spec.Layer.Word}'s spectral norm",
            context.Spec.Origin
        )
        {
            Op = new SpectralNorm(axis),
            State = new EquatableArray<StateEntry>([new("u", shape[axis]) { IsBuffer = true }, new("v", columns) { IsBuffer = true }]),
            MadeFrom = weight,
        };
        context.Module.Graph.Parts.Add(part);
        return context.Apply(part.Op, weight, part.Weight("u"), part.Weight("v")).Called("scaled-weight");
    }
}
