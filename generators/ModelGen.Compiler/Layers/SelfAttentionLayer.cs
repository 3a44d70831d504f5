using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class SelfAttentionLayer() : Layer(
    "self-attention",
    "softmax(Q Kᵀ / sqrt(n / heads)) V in several heads, then a linear map: Vaswani et al. 2017",
    Heads, Causal, Dropout, Bias, Initialiser.OfLayer)
{
    private static readonly IntegerParameter Heads = new("heads", "how many heads share the width") { IsMain = true, IsRequired = true };

    private static readonly FlagParameter Causal = new("causal", "whether a position sees only itself and those before it") { Default = false };

    private static readonly NumberParameter Dropout = new("dropout", "the share of attention weights dropped in training") { Default = 0, Range = Language.Range.Fraction };

    private static readonly FlagParameter Bias = new("bias", "whether its linear maps have offsets") { Default = true };

    public override string ShapeRule => "[T, n] -> [T, n]";

    public override string ExampleInput => "tensor: [5, 8]";

    public override string Example => "self-attention: { heads: 2, causal: true, dropout: 0.1, bias: false, initialiser: { normal: 0.1 } }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasFeatures(out var width))
        {
            return null;
        }

        if (context.Input.Shape.Rank != 2)
        {
            return context.Fail($"needs a sequence [T, n]; it gets {context.Input.Shape}");
        }

        var heads = context.Get(Heads);
        if (width % heads != 0)
        {
            return context.OutOfRange(Heads, NumberParameter.Text(heads), FormattableString.Invariant($"a divisor of the width {width}"));
        }

        if (!context.Get(Causal))
        {
            context.SeesAlong(context.Input.Shape.Axes[0]);
        }

        return context.Nested(inner =>
        {
            var x = inner.Input;
            var (length, size) = (x.Shape.Axes[0], width / heads);
            var qkv = LinearLayer.Add(inner, "qkv", x, width, 3 * width, context.Get(Bias), WeightRole.Inner);
            var split = inner.Apply(Arithmetic.View, FormattableString.Invariant($"$0.view(-1, $0.size(1), 3, {heads}, {size})"), qkv, new Shape(length, 3, heads, size));
            var byHead = new Shape(heads, length, size);

            // One operation for all three, whose gradients backward then writes side by side into one tensor; three slices would each make one full of zeros.
            var parts = inner.Apply(Arithmetic.View, "$0.unbind(2)", split, new Shape(length, heads, size));
            parts.Parts = 3;
            var q = inner.Apply(Arithmetic.View, "$0[0].transpose(1, 2)", parts, byHead);
            var k = inner.Apply(Arithmetic.View, "$0[1].transpose(1, 2)", parts, byHead);
            var v = inner.Apply(Arithmetic.View, "$0[2].transpose(1, 2)", parts, byHead);
            var dropout = context.Get(Dropout);
            if (dropout > 0)
            {
                context.DrawsAtRandom();
            }

            var drop = dropout > 0 ? $"training ? {NumberParameter.Text(dropout)} : 0" : null;
            var attended = inner.Apply(Arithmetic.Product, Attention(context, drop, context.Get(Causal)), [q, k, v], byHead);

            // Scores and weighted sums: two products of T × n by T for each head.
            inner.MultiplyAdds += 2 * length * length * width;
            var together = inner.Apply(Arithmetic.View, "$0.transpose(1, 2)", attended, new Shape(length, heads, size));
            var merged = inner.Apply(Arithmetic.Any, "$0.flatten(2)", together, x.Shape);
            return LinearLayer.Add(inner, "projection", merged, width, width, context.Get(Bias));
        });
    }

    // The gradient of libtorch's fused kernels has no gradient itself.
    private static string Attention(LayerContext context, string? dropout, bool isCausal) => context.Scope.Network.IsDifferentiatedTwice
        ? $"global::ModelGen.Models.Attention.ScaledDotProduct($0, $1, $2{(dropout is null ? "" : $", dropout: {dropout}")}{(isCausal ? ", isCausal: true" : "")})"
        : $"functional.scaled_dot_product_attention($0, $1, $2{(dropout is null ? "" : $", p: {dropout}")}{(isCausal ? ", is_casual: true" : "")})";
}
