using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>What a recipe trains in place of the weights of linear layers, which stay as they are.</summary>
internal abstract class Adapter(string word, string summary)
    : Definition(word, summary, Rank, Alpha, RankStabilised, Dropout, On, AlsoTrain, Base),
        IOptionsRecord
{
    /// <summary>The layers that are adapted.</summary>
    public static readonly TextsParameter On = new(
        "on",
        "the `linear` layers that are adapted, by patterns of their names in the model's state: a name, all below it, and `*` for any "
            + "letters of one part, as in `blocks.*.self_attention`"
    )
    {
        Absent = "all",
    };

    /// <summary>What is trained besides.</summary>
    public static readonly TextsParameter AlsoTrain = new(
        "also-train",
        "the weights that are trained themselves, by such patterns: as a rule those of a new last layer"
    )
    {
        Absent = "none",
    };

    /// <summary>The rank of the change.</summary>
    private static readonly IntegerParameter Rank = new("rank", "how many rows A and columns B has") { IsMain = true, IsRequired = true };

    private static readonly NumberParameter Alpha = new("alpha", "the strength of the change: s is alpha / rank")
    {
        Range = Language.Range.Positive,
        Absent = "the rank, so that s is 1",
    };

    private static readonly FlagParameter RankStabilised = new(
        "rank-stabilised",
        "whether s is alpha / √rank, with which the change keeps its size whatever the rank: Kalajdzievski 2023"
    );

    /// <summary>The share of its inputs that A does not see.</summary>
    public static readonly NumberParameter Dropout = new("dropout", "the share of its inputs that A does not see in a step")
    {
        Range = Language.Range.Fraction,
        Default = 0,
    };

    private const string Int8 = "int8";

    /// <summary>How the weights of the adapted layers are kept.</summary>
    public static readonly ChoiceParameter Base = new(
        "base",
        "how the weights of these layers are kept, which are not trained: `int8` rounds them to whole numbers from −127 to 127 with a "
            + "scale for each output, a quarter of their memory, and restores them for the time that a product takes: Dettmers et al. "
            + "2023, \"QLoRA\"",
        "float32",
        Int8
    )
    {
        Default = "float32",
        RuntimeEnum = "BaseFormat",
    };

    public sealed override string Kind => "adapter";

    public abstract string Record { get; }

    public sealed override string Example =>
        $"{Word}: {{ rank: 2, alpha: 4, rank-stabilised: true, dropout: 0.1, on: ['*'], also-train: ['*'], base: int8 }}";

    /// <summary>Whether the weights of the adapted layers are kept as int8.</summary>
    public static bool IsQuantised(Arguments arguments) => arguments.Get(Base) == Int8;

    /// <summary>Why it cannot change the weight of a layer; null if it can.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="weight">The weight, [outputs, inputs], under its full name.</param>
    public static string? Misfit(Arguments arguments, StateEntry weight) =>
        arguments.Get(Rank) is var rank && rank < weight.Shape.Min()
            ? null
            : $"a change of rank {rank} has no fewer numbers than '{weight.Name}' itself, which is [{string.Join(", ", weight.Shape)}]";

    /// <summary>What is trained for the weight of a layer.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="weight">The weight, [outputs, inputs].</param>
    public virtual IReadOnlyList<StateEntry> Trained(Arguments arguments, StateEntry weight) =>
        [new("a", arguments.Get(Rank), weight.Shape[1]), new("b", weight.Shape[0], arguments.Get(Rank))];
}
