namespace ModelGen.Compiler.Words.Objectives;

internal sealed class BinaryCrossEntropy()
    : SupervisedObjective(
        "binary-cross-entropy",
        "the mean of -y log p - (1 - y) log(1 - p), p = sigmoid(output), over all elements of a sample, whose target y, from 0 to 1, has "
            + "the shape of the output"
    )
{
    public override string Example => "binary-cross-entropy";

    public override string OfLogits => "takes logits, to which it applies the sigmoid itself";

    public override string Record => "BinaryCrossEntropyLoss";
}
