using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>How likely the answers of some pairs are; the tensors are the caller's.</summary>
/// <param name="Chosen">log π(y|x) of the preferred answers, each the sum over its tokens, [pairs].</param>
/// <param name="Rejected">The same of the others.</param>
/// <param name="ChosenLength">|y|, the number of tokens of the preferred answers with the one that ends each, [pairs].</param>
/// <param name="RejectedLength">The same of the others.</param>
public sealed record AnswerScores(Tensor Chosen, Tensor Rejected, Tensor ChosenLength, Tensor RejectedLength)
{
    /// <summary>log π_ref(y|x) of the preferred answers, [pairs]; null where there is no reference.</summary>
    public Tensor? ReferenceChosen { get; init; }

    /// <summary>The same of the others.</summary>
    public Tensor? ReferenceRejected { get; init; }

    /// <summary>log π_ref(y|x) of one of the answers.</summary>
    internal Tensor Reference(bool isChosen) =>
        (isChosen ? ReferenceChosen : ReferenceRejected)
        ?? throw new InvalidOperationException(
            "The loss compares the model with a reference, of which nothing is known; give the log-probabilities of both answers."
        );
}
