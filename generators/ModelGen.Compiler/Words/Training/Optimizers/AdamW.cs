using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Optimizers;

internal sealed class AdamW()
    : FusedAdam(
        "adamw",
        "Adam with decoupled weight decay of all weights with two or more axes: Loshchilov and Hutter 2019",
        WeightDecay,
        Betas,
        Epsilon
    )
{
    private static readonly NumberParameter WeightDecay = DecoupledDecay(0.01);

    public override string Record => "AdamWOptions";

    public override string Example => "adamw: { learning-rate: 1e-3, weight-decay: 0.1, betas: [0.9, 0.99], epsilon: 1e-6 }";
}
