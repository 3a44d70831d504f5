namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Hinge()
    : AdversarialObjective("hinge", "scores beyond 1 and -1 are good enough for the discriminator: Lim and Ye 2017, Miyato et al. 2018")
{
    public override string Example => "hinge";

    public override string Record => "HingeLoss";
}
