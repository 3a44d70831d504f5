using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>What layers with a weight, and optionally a bias, have in common.</summary>
internal static class Weighted
{
    /// <summary>Adds a part with a weight and optionally a bias, and the operation on a tensor and both.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="op">The operation, whose operands are the tensor, the weight and the bias if there is one.</param>
    /// <param name="name">The preferred name; the layer's own if null.</param>
    /// <param name="role">How its weight is initialised.</param>
    /// <param name="input">The tensor.</param>
    /// <param name="weight">The weight's shape.</param>
    /// <param name="bias">The length of the bias; null for none.</param>
    /// <param name="spectralAxis">The weight's output axis, if the weight is divided by its largest singular value.</param>
    /// <param name="constants">For each axis of the weight, the name, in words, of the model's constant for its length, or null.</param>
    public static Value Apply(
        LayerContext context,
        Op op,
        string? name,
        WeightRole role,
        Value input,
        IReadOnlyList<long> weight,
        long? bias,
        int? spectralAxis = null,
        IReadOnlyList<string?>? constants = null
    )
    {
        var state = new List<StateEntry> { new("weight", new EquatableArray<long>(weight)) { Constants = new(constants ?? []) } };
        if (bias is { } length)
        {
            state.Add(new("bias", length));
        }

        var part = context.AddPart(op, name, role, state);
        Operand used = spectralAxis is { } axis
            ? SpectralNormalisation.Divide(context, part.Weight("weight"), axis)
            : part.Weight("weight");
        return context.Apply(op, bias is null ? [input, used] : [input, used, part.Weight("bias")]);
    }
}
