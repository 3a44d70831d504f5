namespace ModelGen.Compiler.Words.Objectives;

internal sealed class LeastSquares()
    : AdversarialObjective("least-squares", "squared distances of the scores from 1 for real and 0 for generated images: Mao et al. 2017")
{
    public override string Example => "least-squares";

    public override string Record => "LeastSquaresLoss";
}
