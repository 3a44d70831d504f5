using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class SelfAttentionLayer()
    : Layer(
        "self-attention",
        "softmax(Q Kᵀ / sqrt(n / heads)) V in several heads, then a linear map: Vaswani et al. 2017",
        Heads,
        Causal,
        Dropout,
        Bias,
        Initialiser.OfLayer
    )
{
    private static readonly IntegerParameter Heads = new("heads", "how many heads the width is split into")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly FlagParameter Causal = new("causal", "whether a position sees only itself and earlier ones")
    {
        Default = false,
    };

    private static readonly NumberParameter Dropout = new("dropout", "the fraction of attention weights dropped in training")
    {
        Default = 0,
        Range = Language.Range.Fraction,
    };

    private static readonly FlagParameter Bias = new("bias", "whether its linear maps have biases") { Default = true };

    public override string ResultName => "attended";

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
            return context.OutOfRange(Heads, NumberText.Of(heads), FormattableString.Invariant($"a divisor of the width {width}"));
        }

        if (!context.Get(Causal))
        {
            context.SeesAlong(context.Input.Shape.Axes[0]);
        }

        return context.Nested(inner =>
        {
            var bias = context.Get(Bias);
            var qkv = LinearLayer.Add(inner, "qkv", inner.Input, 3 * width, bias, WeightRole.Inner).Called("qkv");

            // One operation for all three, so that backward writes their gradients side by side into one tensor; three slices would each
            // make one full of zeros.
            var parts = inner.ApplyAll(new Unbind(1, 3), inner.Apply(new Unflatten(new([3, heads, width / heads])), qkv).Called("heads"));
            parts[0].Called("parts");
            var (q, k, v) = (ByHead(0).Called("q"), ByHead(1).Called("k"), ByHead(2).Called("v"));
            var dropout = context.Get(Dropout);
            if (dropout > 0)
            {
                context.DrawsAtRandom();
            }

            var attended = inner
                .Apply(new Attention(dropout, context.Get(Causal), context.Model.IsDifferentiatedTwice), q, k, v)
                .Called("attended");
            var merged = inner
                .Apply(new Flatten(1, IsCopy: true), inner.Apply(new Transpose(0, 1), attended).Called("by-position"))
                .Called("merged");
            return LinearLayer.Add(inner, "projection", merged, width, bias);

            Value ByHead(int part) => inner.Apply(new Transpose(0, 1), parts[part]);
        });
    }
}
