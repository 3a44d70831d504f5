using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Optimizers;

internal sealed class Adafactor()
    : Optimizer(
        "adafactor",
        "Adafactor, which keeps one number for each row and column of a matrix and scales steps by the matrix's root mean square: Shazeer "
            + "and Stern 2018, as PyTorch computes it; the learning rate is at most 1 / sqrt(step)",
        Beta2Decay,
        Epsilon,
        ClipThreshold,
        WeightDecay
    )
{
    private static readonly NumberParameter Beta2Decay = new(
        "beta2-decay",
        "the exponent of the step in the newest square's share of the running mean"
    )
    {
        Range = new(float.MinValue, 0, ExcludesMaximum: true),
        Default = -0.8,
    };

    private static readonly NumberParameter Epsilon = new(
        "epsilon",
        "the minimum of the root mean square by which a weight's steps are scaled"
    )
    {
        Range = Language.Range.Positive,
        Default = 1e-3,
    };

    private static readonly NumberParameter ClipThreshold = new(
        "clip-threshold",
        "the largest root mean square of an update, before the learning rate"
    )
    {
        Range = Language.Range.Positive,
        Default = 1,
    };

    private static readonly NumberParameter WeightDecay = DecoupledDecay(0);

    public override string Record => "AdafactorOptions";

    public override string Example =>
        "adafactor: { learning-rate: 1e-2, beta2-decay: -0.7, epsilon: 1e-4, clip-threshold: 2, weight-decay: 0.01 }";

    // A mean for each row and each column of the last two axes; for fewer axes, one for each element.
    public override long StateCount(Arguments arguments, Part holder, StateEntry parameter) =>
        parameter.Shape.Count < 2
            ? parameter.Count
            : parameter.Shape.Skip(parameter.Shape.Count - 2).Sum(length => parameter.Count / length);
}
