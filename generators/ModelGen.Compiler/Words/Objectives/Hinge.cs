namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Hinge()
    : AdversarialObjective("hinge", "the discriminator gains nothing from scores beyond 1 and -1: Lim and Ye 2017, Miyato et al. 2018")
{
    public override string Example => "hinge";

    public override string OfScores => "takes scores of any size and itself ignores what is beyond its margins of -1 and 1";

    public override string Record => "HingeLoss";
}
