using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class CrossAttentionLayer()
    : Layer(
        "cross-attention",
        "attention whose keys and values come from another sequence, then a linear map: Vaswani et al. 2017",
        MultiHead.HeadCount,
        Memory,
        MultiHead.KeyValueHeads,
        MultiHead.QueryKeyNorm,
        MultiHead.Dropout,
        MultiHead.Bias,
        Initialiser.OfLayer
    )
{
    /// <summary>The name of the other sequence, where a family gives it.</summary>
    public const string MemoryName = "memory";

    private static readonly TextParameter Memory = new(
        "memory",
        "the side input [S, m] that it attends to; where there is another one [S] of that name with `-presence` after it, positions for "
            + "which that is 0 instead of 1 are left out"
    )
    {
        Default = MemoryName,
    };

    public override string ResultName => "attended";

    public override string ShapeRule => "[T, n] and [S, m] -> [T, n]";

    public override string ExampleInput => "tensor: [5, 8]";

    public override string ExampleSides => "inputs: { source: [S <= 6, 4], source-presence: [S] }";

    public override string Example =>
        "cross-attention: { heads: 4, memory: source, key-value-heads: 2, query-key-norm: true, dropout: 0.1, bias: false, "
        + "initialiser: { normal: 0.1 } }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    /// <summary>The name of what tells the padding of a memory.</summary>
    public static string PresenceOf(string memory) => memory + "-presence";

    public override Value? Build(LayerContext context)
    {
        if (MultiHead.Of(context) is not { } heads)
        {
            return null;
        }

        var name = context.Get(Memory);
        if (context.Model.UnreadSides.Contains(name) || context.Model.UnreadSides.Contains(PresenceOf(name)))
        {
            context.Model.IsIncomplete = true;
            return null;
        }

        if (context.Module.Sides.Take(name) is not { } memory)
        {
            return context.Fail($"needs a side input '{name}' [S, m]; this network has none: declare it under 'inputs'", Memory);
        }

        if (memory.Shape.Rank != 2 || memory.Shape.Last.Constant is null)
        {
            return context.Fail($"needs a sequence [S, m] to attend to; '{name}' is {memory.Shape}", Memory);
        }

        var presence = context.Module.Sides.Take(PresenceOf(name));
        if (presence is not null && !presence.Shape.Equals(new Shape(memory.Shape.Axes[0])))
        {
            return context.Fail(
                $"needs '{PresenceOf(name)}' to have one number for each vector of '{name}' {memory.Shape}; it is {presence.Shape}",
                Memory
            );
        }

        return context.Nested(inner =>
        {
            var sides = inner.Module.Sides;
            var (query, key, value) = heads.QueryAndKeyValue(inner, inner.Input, sides.Take(name)!);
            (query, key) = heads.Normed(inner, query, key);
            var attention = new Attention(context.Get(MultiHead.Dropout), IsCausal: false, context.Model.IsDifferentiatedTwice)
            {
                Group = heads.Heads / heads.Groups,
                IsCross = true,
            };
            return heads.Result(inner, attention, query, key, value, sides.Take(PresenceOf(name)));
        });
    }
}
