namespace ModelGen.Compiler.Words.Objectives;

internal sealed class MeanSquaredError()
    : SupervisedObjective(
        "mean-squared-error",
        "the mean of (output - target)² over all numbers of a sample, whose target has the shape that the network gives"
    )
{
    public override string Example => "mean-squared-error";

    public override string Record => "MeanSquaredErrorLoss";
}
