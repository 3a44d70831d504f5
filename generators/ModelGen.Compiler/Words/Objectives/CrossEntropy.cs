using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class CrossEntropy()
    : SupervisedObjective(
        "cross-entropy",
        "-log softmax(output)[class], with a score [classes] for each class of the samples' labels",
        LabelSmoothing
    )
{
    private static readonly NumberParameter LabelSmoothing = new(
        "label-smoothing",
        "the probability that is spread evenly over all classes instead of assigned to the sample's own: Szegedy et al. 2016"
    )
    {
        Range = Language.Range.Fraction,
        Default = 0,
    };

    public override string Example => "cross-entropy: { label-smoothing: 0.1 }";

    public override string OfLogits => "takes logits, to which it applies the softmax itself";

    public override string Record => "CrossEntropyLoss";

    public override string? Wanted(Shape output) =>
        output.Rank == 1 && !output.Last.Equals(1) ? null : "a score for each of several classes, [classes]";
}
