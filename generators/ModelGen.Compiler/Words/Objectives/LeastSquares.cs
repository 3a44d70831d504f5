namespace ModelGen.Compiler.Words.Objectives;

internal sealed class LeastSquares()
    : AdversarialObjective("least-squares", "squared distances of the scores from 1 for real and 0 for generated images: Mao et al. 2017")
{
    public override string Example => "least-squares";

    public override string OfScores =>
        "takes scores of any size, which it pulls to 0 and 1 by squared distances; saturated scores have no gradient";

    public override string Record => "LeastSquaresLoss";
}
