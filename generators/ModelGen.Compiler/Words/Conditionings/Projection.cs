using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Conditionings;

internal sealed class Projection()
    : ClassConditioning(
        "projection",
        "a learned vector for each class, whose inner product with the discriminator's features is added to the score; initialised by the "
            + "model's `initialiser`, else by xavier-uniform: Miyato and Koyama 2018"
    )
{
    public override string Example => "projection";

    public override long Width(Arguments arguments, long classes) => 0;
}
