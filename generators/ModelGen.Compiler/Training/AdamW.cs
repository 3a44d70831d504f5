using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Training;

internal sealed class AdamW() : Optimizer("adamw", "Adam with decoupled weight decay, on matrices only: Loshchilov and Hutter 2019", LearningRate, WeightDecay, Betas, Epsilon)
{
    private static readonly NumberParameter LearningRate = new("learning-rate", "the peak step size, which the schedule scales") { Range = Language.Range.Positive, IsMain = true, IsRequired = true };

    private static readonly NumberParameter WeightDecay = new("weight-decay", "the share of a weight, times the learning rate, that each step takes away") { Range = Language.Range.NonNegative, Default = 0.01 };

    private static readonly PairParameter Betas = new("betas", "how much of the running mean and of the running square each step keeps") { Range = Language.Range.Fraction, Default = (0.9, 0.999) };

    private static readonly NumberParameter Epsilon = new("epsilon", "added to the root of the running square") { Range = Language.Range.Positive, Default = 1e-8 };

    public override string CSharpType => "global::ModelGen.Training.AdamWOptions";

    public override string Example => "adamw: { learning-rate: 1e-3, weight-decay: 0.1, betas: [0.9, 0.99], epsilon: 1e-6 }";
}
