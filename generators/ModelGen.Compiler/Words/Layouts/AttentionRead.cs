using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Layouts;

/// <summary>A self-attention that a layout has read.</summary>
/// <param name="Maps">The maps to queries, keys and values.</param>
/// <param name="PairsNeighbours">Whether rotary positions pair neighbours rather than halves; null where there are none.</param>
/// <param name="Projection">The map of its result.</param>
internal sealed record AttentionRead(AttentionMaps Maps, bool? PairsNeighbours, FlatOperation Projection)
{
    /// <summary>Its result.</summary>
    public int Output => Projection.Output;

    /// <summary>Reads the self-attention of a tensor.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="what">What the layout has here, in words.</param>
    /// <param name="isRotary">Whether it has rotary positions.</param>
    /// <param name="fits">Whether its attention is the one meant.</param>
    public static AttentionRead Of(LayoutReader reader, int tensor, string what, bool isRotary, Func<Attention, bool> fits)
    {
        var maps = AttentionMaps.Of(reader, tensor, what);
        var (q, k, v) = (ByHead(maps.Queries), ByHead(maps.Keys), ByHead(maps.Values));
        bool? pairs = null;
        if (isRotary)
        {
            pairs = ((RotaryTable)reader.Next<RotaryTable>(tensor, what).Op).PairsNeighbours;
            q = reader.Next<Rotary>(q, what).Output;
            k = reader.Next<Rotary>(k, what).Output;
        }

        var attended = reader.Next(q, what, fits);
        if (attended.Inputs[1] != k || attended.Inputs[2] != v)
        {
            throw new LayoutMisfitException(attended.Origin, $"it has {what} here");
        }

        var merged = reader.Next<Flatten>(ByHead(attended.Output), what).Output;
        return new AttentionRead(maps, pairs, reader.Linear(merged));

        int ByHead(int part) => reader.Next<Transpose>(part, what).Output;
    }
}

/// <summary>The maps of a self-attention's input to queries, keys and values.</summary>
/// <param name="Query">The weights of the queries.</param>
/// <param name="Key">Those of the keys.</param>
/// <param name="Value">Those of the values.</param>
/// <param name="Queries">The queries.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Values">The values.</param>
/// <param name="Heads">How many heads the queries have.</param>
/// <param name="Groups">How many heads the keys and values have.</param>
internal sealed record AttentionMaps(
    WeightRows Query,
    WeightRows Key,
    WeightRows Value,
    int Queries,
    int Keys,
    int Values,
    long Heads,
    long Groups
)
{
    /// <summary>Whether one map gives all three.</summary>
    public bool IsFused => Query.Linear == Key.Linear;

    /// <summary>Reads the maps: one for all three, or one for queries and one for keys and values.</summary>
    public static AttentionMaps Of(LayoutReader reader, int tensor, string what)
    {
        var first = reader.Linear(tensor);
        var split = reader.Next<Unflatten>(first.Output, what);
        var sizes = ((Unflatten)split.Op).Sizes;
        if (sizes.Count == 3)
        {
            var (heads, width) = (sizes[1], sizes[1] * sizes[2]);
            var parts = reader.Next<Unbind>(split.Output, what, static unbind => unbind.Count == 3).Outputs;
            return new AttentionMaps(Rows(first, 0), Rows(first, 1), Rows(first, 2), parts[0], parts[1], parts[2], heads, heads);

            WeightRows Rows(FlatOperation linear, int index) => new(linear, index * width, width);
        }

        var second = reader.Linear(tensor);
        var both = reader.Next<Unflatten>(second.Output, what);
        var (groups, shared) = (((Unflatten)both.Op).Sizes[1], ((Unflatten)both.Op).Sizes[1] * sizes[1]);
        var pair = reader.Next<Unbind>(both.Output, what).Outputs;
        return new AttentionMaps(
            new WeightRows(first, 0, sizes[0] * sizes[1]),
            new WeightRows(second, 0, shared),
            new WeightRows(second, shared, shared),
            split.Output,
            pair[0],
            pair[1],
            sizes[0],
            groups
        );
    }
}
