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
        MultiHead.HeadCount,
        MultiHead.KeyValueHeads,
        Causal,
        Window,
        Positions,
        MultiHead.QueryKeyNorm,
        MultiHead.Dropout,
        MultiHead.Bias,
        Initialiser.OfLayer
    )
{
    public static readonly IntegerParameter Window = new("window", "a position sees only those less than this away: Beltagy et al. 2020")
    {
        Absent = "all",
    };

    public static readonly WordParameter<PositionEncoding> Positions = new("positions", "how queries and keys know where they stand")
    {
        Absent = "not at all: the layer relies on positions in its input",
    };

    public static readonly FlagParameter Causal = new("causal", "whether a position sees only itself and earlier ones") { Default = false };

    public override string ResultName => "attended";

    public override string ShapeRule => "[T, n] -> [T, n]";

    public override string ExampleInput => "tensor: [5, 8]";

    public override string Example =>
        "self-attention: { heads: 4, key-value-heads: 2, causal: true, window: 3, positions: rotary, query-key-norm: true, dropout: 0.1, "
        + "bias: false, initialiser: { normal: 0.1 } }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (MultiHead.Of(context) is not { } heads)
        {
            return null;
        }

        var positions = context.TryGet(Positions, out var encoding) ? encoding : null;
        if (positions?.Definition.Wanted(positions.Arguments, heads.Size) is { } wanted)
        {
            return context.OutOfRange(
                MultiHead.HeadCount,
                NumberText.Of(heads.Heads),
                FormattableString.Invariant($"such that the width {heads.Width} gives {wanted}")
            );
        }

        if (!context.MayBe(Causal))
        {
            var length = context.Input.Shape.Axes[0];
            context.SeesAlong(length, leavesOutPadding: context.HasPresence(length));
        }

        return context.Nested(inner =>
        {
            var (q, k, v) =
                heads.Groups == heads.Heads
                    ? heads.QueryKeyValue(inner, inner.Input)
                    : heads.QueryAndKeyValue(inner, inner.Input, inner.Input);

            (q, k) = heads.Normed(inner, q, k);
            if (positions is not null)
            {
                (q, k) = positions.Definition.Apply(inner, positions.Arguments, inner.Input, q, k);
            }

            var along = inner.Input.Shape.Axes[0];
            var documents = inner.Documents(along);
            var attention = new Attention(context.Get(MultiHead.Dropout), context.Get(Causal), context.Model.IsDifferentiatedTwice)
            {
                Group = heads.Heads / heads.Groups,
                Window = context.TryGet(Window, out var window) ? window : null,
                HasSlopes = positions?.Definition.HasSlopes == true,
                KeepsDocumentsApart = documents is not null,
            };

            // What comes after a position is padding or not seen, where padding is at the end.
            var presence = attention.IsCausal ? null : inner.Presence(along);
            return heads.Result(inner, attention, q, k, v, presence, documents);
        });
    }
}
