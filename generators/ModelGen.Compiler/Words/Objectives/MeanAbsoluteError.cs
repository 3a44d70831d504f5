namespace ModelGen.Compiler.Words.Objectives;

internal sealed class MeanAbsoluteError()
    : SupervisedObjective(
        "mean-absolute-error",
        "the mean of |output - target| over all elements of a sample, whose target has the shape of the output"
    )
{
    public override string Example => "mean-absolute-error";

    public override string Record => "MeanAbsoluteErrorLoss";
}
