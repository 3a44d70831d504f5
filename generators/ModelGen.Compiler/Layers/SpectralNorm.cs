using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Layers;

/// <summary>The argument of layers whose weight can be divided by its largest singular value.</summary>
internal static class SpectralNorm
{
    public static readonly FlagParameter Parameter = new("spectral-norm", "whether the weight is divided by its largest singular value, estimated by power iteration (Miyato et al. 2018); the layer's name with `_norm` then holds the state `u` and `v`") { Default = false };

    /// <summary>Adds the module that estimates the value for the weight of the module last added, and an operation that gives the divided weight.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="shape">The weight's.</param>
    /// <param name="axis">The axis of its outputs.</param>
    public static Value Weight(LayerContext context, IReadOnlyList<long> shape, int axis)
    {
        context.NeedsWholeBatch("spectral-norm takes a step of power iteration each time the layer runs");
        var submodules = context.Scope.Graph.Submodules;
        var layer = submodules[submodules.Count - 1];
        var (property, stateName) = context.Scope.FreeName(layer.StateName + "-norm");
        var (weight, rows) = ($"{layer.Property}.weight!", shape[axis]);
        var columns = shape.Where((_, i) => i != axis).Aggregate(1L, (product, length) => checked(product * length));
        submodules.Add(new Submodule(
            property, stateName, "global::ModelGen.Models.SpectralNorm", FormattableString.Invariant($"new global::ModelGen.Models.SpectralNorm({weight}, axis: {axis})"),
            new EquatableArray<StateEntry>([new StateEntry("u", rows) { IsBuffer = true }, new StateEntry("v", columns) { IsBuffer = true }]),
            default, $"{context.Spec.Layer.Word}'s spectral norm", context.Spec.Origin, [], IsList: false));
        return context.Apply(Arithmetic.Exact, $"{property}.call({weight})", [], new Shape(new EquatableArray<Dim>(shape.Select(length => (Dim)length))));
    }
}
