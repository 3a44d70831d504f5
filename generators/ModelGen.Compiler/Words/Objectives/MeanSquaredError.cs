namespace ModelGen.Compiler.Words.Objectives;

internal sealed class MeanSquaredError()
    : SupervisedObjective(
        "mean-squared-error",
        "the mean of (output - target)² over all elements of a sample, whose target has the shape of the output"
    )
{
    public override string Example => "mean-squared-error";

    public override string Record => "MeanSquaredErrorLoss";
}
