using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class LinearLayer() : Layer("linear", "x Wᵀ + b over the last axis", Features, Bias, SpectralNorm.Parameter, Initialiser.OfLayer)
{
    private static readonly IntegerParameter Features = new("features", "the length of the last axis of the result") { IsMain = true, IsRequired = true };

    private static readonly FlagParameter Bias = new("bias", "whether b is there") { Default = true };

    public override string ShapeRule => "[…, n] -> […, features]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "linear: { features: 8, bias: false, spectral-norm: true, initialiser: xavier-uniform }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape.Rank > 0 ? context.Input.Shape.WithLast(context.Get(Features)) : null;

    public override Value? Build(LayerContext context) =>
        context.HasFeatures(out var features) ? Add(context, null, context.Input, features, context.Get(Features), context.Get(Bias), isSpectral: context.Get(SpectralNorm.Parameter)) : null;

    /// <summary>Adds a linear map of <paramref name="input"/>, whose last axis is <paramref name="from"/> long.</summary>
    public static Value Add(LayerContext context, string? name, Value input, long from, long to, bool bias, WeightRole weightRole = WeightRole.Last, bool isSpectral = false)
    {
        StateEntry weight = new("weight", to, from);
        var construction = FormattableString.Invariant($"nn.Linear({from}, {to}, hasBias: {(bias ? "true" : "false")}, device: device)");
        var property = context.Module("Linear", construction, name, weightRole, bias ? [weight, new("bias", to)] : [weight]);
        var output = input.Shape.WithLast(to);
        context.MultiplyAdds += output.Count * from;
        Weight[] offset = bias ? [new($"{property}.bias", [to])] : [];
        var more = bias ? ", $2" : "";
        return isSpectral
            ? context.Multiply($"functional.linear($0, $1{more})", [input, SpectralNorm.Weight(context, weight.Shape, axis: 0)], offset, output)
            : context.Multiply($"functional.linear($0, $1{more})", [input], [new($"{property}.weight!", weight.Shape), .. offset], output, $"{property}.call($0)");
    }
}
