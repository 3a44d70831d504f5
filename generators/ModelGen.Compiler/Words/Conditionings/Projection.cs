using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Conditionings;

internal sealed class Projection()
    : ClassConditioning(
        "projection",
        "a learned vector for each class, whose product with the discriminator's features is added to the score; it starts as the "
            + "model's `initialiser` says, else as xavier-uniform: Miyato and Koyama 2018"
    )
{
    public override string Example => "projection";

    public override long Width(Arguments arguments, long classes) => 0;
}
