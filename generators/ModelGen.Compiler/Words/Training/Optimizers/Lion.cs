using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Optimizers;

internal sealed class Lion()
    : Optimizer(
        "lion",
        "Lion, in which every weight moves by the same amount, along the sign of a running mean: Chen et al. 2023; it needs a learning "
            + "rate 3 to 10 times smaller than `adamw`, and as many times more decay",
        Betas,
        WeightDecay
    )
{
    private static readonly PairParameter Betas = new(
        "betas",
        "how much of the running mean is kept in a step's direction and in the mean itself"
    )
    {
        Range = Language.Range.Fraction,
        Default = (0.9, 0.99),
    };

    private static readonly NumberParameter WeightDecay = DecoupledDecay(0);

    public override string Record => "LionOptions";

    public override string Example => "lion: { learning-rate: 1e-4, betas: [0.95, 0.98], weight-decay: 1.0 }";

    // The mean.
    public override long StateCount(Arguments arguments, Part holder, StateEntry parameter) => parameter.Count;
}
