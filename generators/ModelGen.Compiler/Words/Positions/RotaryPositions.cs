using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Positions;

internal sealed class RotaryPositions()
    : PositionEncoding(
        "rotary",
        "pair i of the n elements of a query or key at position t is rotated by the angle t * base^(-2i / n): Su et al. 2021",
        Base,
        Pairs,
        Scaling
    )
{
    private const string Ntk = "ntk";

    private static readonly NumberParameter Base = new("base", "the base")
    {
        Default = 10_000,
        Range = new Language.Range(1, float.MaxValue, ExcludesMinimum: true),
    };

    private static readonly ChoiceParameter Pairs = new(
        "pairs",
        "which elements form a pair: one of each half, as in checkpoints of Llama, or two `neighbours`, as in the paper",
        "halves",
        "neighbours"
    )
    {
        Default = "halves",
    };

    private static readonly NumberParameter Factor = new("factor", "how many times longer")
    {
        IsMain = true,
        IsRequired = true,
        Range = new Language.Range(1, 1e6, ExcludesMinimum: true),
    };

    private static readonly ChoiceParameter Method = new(
        "method",
        "`linear` divides positions by the factor (Chen et al. 2023), `ntk` multiplies the base by factor^(n / (n - 2)), which "
            + "keeps nearby positions apart (bloc97 2023)",
        "linear",
        Ntk
    )
    {
        Default = "linear",
    };

    private static readonly GroupParameter Scaling = new(
        "scaling",
        "for sequences longer than those that the weights were trained on",
        "",
        Factor,
        Method
    )
    {
        Absent = "none",
    };

    public override string Example => "rotary: { base: 500, pairs: neighbours, scaling: { factor: 8, method: ntk } }";

    public override string? Wanted(Arguments arguments, long width) =>
        width % 2 != 0 ? "an even number of elements in each head, which 'rotary' pairs"
        // The angle of the first pair does not depend on the base.
        : width == 2 && IsNtk(arguments) ? "at least 4 elements in each head, of which 'ntk' leaves the first pair as it is"
        : null;

    public override (Value Query, Value Key) Apply(LayerContext layer, Arguments arguments, Value sequence, Value query, Value key)
    {
        var width = query.Shape.Last.Constant!.Value;
        var (@base, factor) = (arguments.Get(Base), arguments.TryGet(Scaling, out var scaling) ? scaling.Get(Factor) : 1);
        if (IsNtk(arguments))
        {
            (@base, factor) = (@base * Math.Pow(factor, width / (width - 2.0)), 1);
        }

        var pairsNeighbours = arguments.Get(Pairs) == "neighbours";
        var table = layer.Apply(new RotaryTable(width, @base, factor, pairsNeighbours), sequence).Called("angles");
        return (Rotated(query, "rotated-q"), Rotated(key, "rotated-k"));

        Value Rotated(Value vectors, string name) => layer.Apply(new Rotary(pairsNeighbours), vectors, table).Called(name);
    }

    private static bool IsNtk(Arguments arguments) => arguments.TryGet(Scaling, out var scaling) && scaling.Get(Method) == Ntk;
}
