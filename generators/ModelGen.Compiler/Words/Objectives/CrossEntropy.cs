using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class CrossEntropy()
    : SupervisedObjective(
        "cross-entropy",
        "-log softmax(output)[class], with a score [classes] for each class of the samples' labels",
        LabelSmoothing,
        ClassWeights
    )
{
    private static readonly NumberParameter LabelSmoothing = Smoothing();

    private static readonly NumbersParameter ClassWeights = new(
        "class-weights",
        "a weight for each class, in ordinal order of their names, such as more for a rare one: the loss is the mean over the samples, "
            + "each with the weight of its class"
    )
    {
        Range = Language.Range.Positive,
        MinimumCount = 2,
        MaximumCount = 1 << 16,
        Absent = "all alike",
    };

    public override string Example => "cross-entropy: { label-smoothing: 0.1, class-weights: [1, 5, 2] }";

    public override string OfLogits => "takes logits, to which it applies the softmax itself";

    public override string Record => "CrossEntropyLoss";

    public override string? Wanted(Shape output) => WantedOf(output);

    /// <summary>The output that a classifier must give, in words; null if it already does.</summary>
    public static string? WantedOf(Shape output) =>
        output.Rank == 1 && !output.Last.Equals(1) ? null : "a score for each of several classes, [classes]";

    public override string? Misfit(Arguments arguments, Shape output) =>
        arguments.TryGet(ClassWeights, out var weights) && output.Last.Constant is { } classes && classes != weights.Count
            ? FormattableString.Invariant(
                $"'{ClassWeights.Name}' has {weights.Count} weights, but the network gives scores for {classes} classes; give one for each"
            )
            : null;

    /// <summary>How much of the target is spread over all classes.</summary>
    public static NumberParameter Smoothing() =>
        new(
            "label-smoothing",
            "the probability that is spread evenly over all classes instead of assigned to the sample's own: Szegedy et al. 2016"
        )
        {
            Range = Language.Range.Fraction,
            Default = 0,
        };
}
