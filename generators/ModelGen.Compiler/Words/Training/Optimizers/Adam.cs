namespace ModelGen.Compiler.Words.Training.Optimizers;

internal sealed class Adam() : FusedAdam("adam", "Adam: Kingma and Ba 2015; without weight decay, for which use `adamw`", Betas, Epsilon)
{
    public override string Record => "AdamOptions";

    public override string Example => "adam: { learning-rate: 2e-4, betas: [0.5, 0.999], epsilon: 1e-6 }";
}
