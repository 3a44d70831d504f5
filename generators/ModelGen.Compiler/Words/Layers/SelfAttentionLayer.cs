using ModelGen.Compiler.Collections;
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
        KeyValueHeads,
        Causal,
        Window,
        Positions,
        QueryKeyNorm,
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

    private static readonly IntegerParameter KeyValueHeads = new(
        "key-value-heads",
        "how many heads keys and values have, each shared by as many of the queries' heads: Ainslie et al. 2023, and with 1 Shazeer 2019"
    )
    {
        Absent = "as many as `heads`",
    };

    private static readonly IntegerParameter Window = new("window", "a position sees only those less than this away: Beltagy et al. 2020")
    {
        Absent = "all",
    };

    private static readonly WordParameter<PositionEncoding> Positions = new("positions", "how queries and keys know where they stand")
    {
        Absent = "not at all: the layer relies on positions in its input",
    };

    private static readonly FlagParameter QueryKeyNorm = new(
        "query-key-norm",
        "whether the queries and the keys of each head go through an RMS norm first, with a weight each: Henry et al. 2020"
    )
    {
        Default = false,
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

    public override string Example =>
        "self-attention: { heads: 4, key-value-heads: 2, causal: true, window: 3, positions: rotary, query-key-norm: true, dropout: 0.1, "
        + "bias: false, initialiser: { normal: 0.1 } }";

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

        var groups = context.TryGet(KeyValueHeads, out var shared) ? shared : heads;
        if (heads % groups != 0)
        {
            return context.OutOfRange(KeyValueHeads, NumberText.Of(groups), FormattableString.Invariant($"a divisor of the {heads} heads"));
        }

        if (context.Get(QueryKeyNorm))
        {
            context.WarnIfConstant(
                width / heads,
                "a single element of each head",
                "plus or minus the weight of its norm",
                "use fewer heads"
            );
        }

        var positions = context.TryGet(Positions, out var encoding) ? encoding : null;
        if (positions?.Definition.Wanted(positions.Arguments, width / heads) is { } wanted)
        {
            return context.OutOfRange(
                Heads,
                NumberText.Of(heads),
                FormattableString.Invariant($"such that the width {width} gives {wanted}")
            );
        }

        if (!context.MayBe(Causal))
        {
            var length = context.Input.Shape.Axes[0];
            context.SeesAlong(length, leavesOutPadding: context.HasPresence(length));
        }

        return context.Nested(inner =>
        {
            var bias = context.Get(Bias);
            var size = width / heads;
            var (q, k, v) = groups == heads ? Fused() : Grouped();
            if (context.Get(QueryKeyNorm))
            {
                (q, k) = (Normed(q, "query-norm"), Normed(k, "key-norm"));
            }

            if (positions is not null)
            {
                (q, k) = positions.Definition.Apply(inner, positions.Arguments, inner.Input, q, k);
            }

            var dropout = context.Get(Dropout);
            if (dropout > 0)
            {
                context.DrawsAtRandom();
            }

            var along = inner.Input.Shape.Axes[0];
            var documents = inner.Documents(along);
            var attention = new Attention(dropout, context.Get(Causal), context.Model.IsDifferentiatedTwice)
            {
                Group = heads / groups,
                Window = context.TryGet(Window, out var window) ? window : null,
                HasSlopes = positions?.Definition.HasSlopes == true,
                KeepsDocumentsApart = documents is not null,
            };

            // What comes after a position is padding or not seen, where padding is at the end.
            var presence = attention.IsCausal ? null : inner.Presence(along);
            var attended = inner.Apply(attention, [q, k, v, .. new[] { presence, documents }.OfType<Value>()]).Called("attended");
            var merged = inner
                .Apply(new Flatten(1, IsCopy: true), inner.Apply(new Transpose(0, 1), attended).Called("by-position"))
                .Called("merged");
            return LinearLayer.Add(inner, "projection", merged, width, bias);

            // One operation for all three, so that backward writes their gradients side by side into one tensor; three slices would each
            // make one full of zeros.
            (Value Q, Value K, Value V) Fused()
            {
                var parts = Split("qkv", 3, heads);
                return (ByHead(parts[0], "q"), ByHead(parts[1], "k"), ByHead(parts[2], "v"));
            }

            (Value Q, Value K, Value V) Grouped()
            {
                var query = LinearLayer.Add(inner, "query", inner.Input, width, bias, WeightRole.Inner).Called("query");
                var parts = Split("key-value", 2, groups);
                return (
                    ByHead(inner.Apply(new Unflatten(new([heads, size])), query).Called("queries"), "q"),
                    ByHead(parts[0], "k"),
                    ByHead(parts[1], "v")
                );
            }

            EquatableArray<Value> Split(string name, int count, long each)
            {
                var all = LinearLayer.Add(inner, name, inner.Input, count * each * size, bias, WeightRole.Inner).Called(name);
                var parts = inner.ApplyAll(new Unbind(1, count), inner.Apply(new Unflatten(new([count, each, size])), all).Called("heads"));
                parts[0].Called("parts");
                return parts;
            }

            Value ByHead(Value part, string name) => inner.Apply(new Transpose(0, 1), part).Called(name);

            Value Normed(Value vectors, string name)
            {
                var op = new RmsNorm(RmsNormLayer.DefaultEpsilon);
                var norm = inner.AddPart(op, name, WeightRole.None, new StateEntry("weight", size));
                return inner.Apply(op, vectors, norm.Weight("weight")).Called(name);
            }
        });
    }
}
