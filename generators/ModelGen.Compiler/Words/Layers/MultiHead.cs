using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>What self-attention and cross-attention have in common: their arguments, and how heads are taken apart and put
/// together.</summary>
/// <param name="Width">The length of the vectors.</param>
/// <param name="Heads">How many heads queries have.</param>
/// <param name="Groups">How many heads keys and values have.</param>
internal sealed record MultiHead(long Width, long Heads, long Groups)
{
    public static readonly IntegerParameter HeadCount = new("heads", "how many heads the width is split into")
    {
        IsMain = true,
        IsRequired = true,
    };

    public static readonly IntegerParameter KeyValueHeads = new(
        "key-value-heads",
        "how many heads keys and values have, each shared by as many of the queries' heads: Ainslie et al. 2023, and with 1 Shazeer 2019"
    )
    {
        Absent = "as many as `heads`",
    };

    public static readonly FlagParameter QueryKeyNorm = new(
        "query-key-norm",
        "whether the queries and the keys of each head go through an RMS norm first, with a weight each: Henry et al. 2020"
    )
    {
        Default = false,
    };

    public static readonly NumberParameter Dropout = new("dropout", "the fraction of attention weights dropped in training")
    {
        Default = 0,
        Range = Language.Range.Fraction,
    };

    public static readonly FlagParameter Bias = new("bias", "whether its linear maps have biases") { Default = true };

    /// <summary>The length of a head's vectors.</summary>
    public long Size => Width / Heads;

    /// <summary>The heads that a layer asks for on a sequence [T, n]; null after reporting why there are none.</summary>
    public static MultiHead? Of(LayerContext context)
    {
        if (!context.HasFeatures(out var width))
        {
            return null;
        }

        if (context.Input.Shape.Rank != 2)
        {
            context.Fail($"needs a sequence [T, n]; it gets {context.Input.Shape}");
            return null;
        }

        var heads = context.Get(HeadCount);
        if (width % heads != 0)
        {
            context.OutOfRange(HeadCount, NumberText.Of(heads), FormattableString.Invariant($"a divisor of the width {width}"));
            return null;
        }

        var groups = context.TryGet(KeyValueHeads, out var shared) ? shared : heads;
        if (heads % groups != 0)
        {
            context.OutOfRange(KeyValueHeads, NumberText.Of(groups), FormattableString.Invariant($"a divisor of the {heads} heads"));
            return null;
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

        return new MultiHead(width, heads, groups);
    }

    /// <summary>The queries [heads, T, n] of one sequence, and the keys and values [groups, S, n] of the same or another.</summary>
    public (Value Query, Value Key, Value Value) QueryAndKeyValue(LayerContext inner, Value sequence, Value memory)
    {
        var query = LinearLayer.Add(inner, "query", sequence, Width, inner.Get(Bias), WeightRole.Inner).Called("query");
        var parts = Split(inner, memory, "key-value", 2, Groups);
        return (
            ByHead(inner, inner.Apply(new Unflatten(new([Heads, Size])), query).Called("queries"), "q"),
            ByHead(inner, parts[0], "k"),
            ByHead(inner, parts[1], "v")
        );
    }

    /// <summary>Queries, keys and values of one sequence that have as many heads.</summary>
    // One operation for all three, so that backward writes their gradients side by side into one tensor; three slices would each make one
    // full of zeros.
    public (Value Query, Value Key, Value Value) QueryKeyValue(LayerContext inner, Value sequence)
    {
        var parts = Split(inner, sequence, "qkv", 3, Heads);
        return (ByHead(inner, parts[0], "q"), ByHead(inner, parts[1], "k"), ByHead(inner, parts[2], "v"));
    }

    /// <summary>The queries and the keys, normalised if the layer asks for it.</summary>
    public (Value Query, Value Key) Normed(LayerContext inner, Value query, Value key)
    {
        return inner.Get(QueryKeyNorm) ? (Norm(query, "query-norm"), Norm(key, "key-norm")) : (query, key);

        Value Norm(Value vectors, string name)
        {
            var op = new RmsNorm(RmsNormLayer.DefaultEpsilon);
            var norm = inner.AddPart(op, name, WeightRole.None, new StateEntry("weight", Size));
            return inner.Apply(op, vectors, norm.Weight("weight")).Called(name);
        }
    }

    /// <summary>The layer's result, from what the heads give and which positions they leave out.</summary>
    public Value Result(
        LayerContext inner,
        Attention attention,
        Value query,
        Value key,
        Value value,
        Value? presence,
        Value? documents = null
    )
    {
        if (attention.Dropout > 0)
        {
            inner.DrawsAtRandom();
        }

        var attended = inner.Apply(attention, [query, key, value, .. new[] { presence, documents }.OfType<Value>()]).Called("attended");
        var merged = inner
            .Apply(new Flatten(1, IsCopy: true), inner.Apply(new Transpose(0, 1), attended).Called("by-position"))
            .Called("merged");
        return LinearLayer.Add(inner, "projection", merged, Width, inner.Get(Bias));
    }

    private EquatableArray<Value> Split(LayerContext inner, Value sequence, string name, int count, long each)
    {
        var all = LinearLayer.Add(inner, name, sequence, count * each * Size, inner.Get(Bias), WeightRole.Inner).Called(name);
        var parts = inner.ApplyAll(new Unbind(1, count), inner.Apply(new Unflatten(new([count, each, Size])), all).Called("heads"));
        parts[0].Called("parts");
        return parts;
    }

    private static Value ByHead(LayerContext inner, Value part, string name) => inner.Apply(new Transpose(0, 1), part).Called(name);
}
