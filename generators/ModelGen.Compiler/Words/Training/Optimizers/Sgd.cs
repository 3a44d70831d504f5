using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Optimizers;

internal sealed class Sgd()
    : Optimizer(
        "sgd",
        "Stochastic gradient descent (Robbins and Monro 1951), with optional momentum (Polyak 1964), as PyTorch computes it",
        Momentum,
        Nesterov,
        WeightDecay
    )
{
    private static readonly NumberParameter Momentum = new(
        "momentum",
        "the share of the running sum of gradients that each step keeps; 0 for no momentum"
    )
    {
        Range = Language.Range.Fraction,
        Default = 0,
    };

    private static readonly FlagParameter Nesterov = new(
        "nesterov",
        "whether to use Nesterov momentum (Sutskever et al. 2013); needs a momentum above 0"
    )
    {
        Default = false,
    };

    private static readonly NumberParameter WeightDecay = new(
        "weight-decay",
        "the fraction of each weight with two or more axes that is added to its gradient, and so to the momentum"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0,
    };

    public override string Record => "SgdOptions";

    public override string Example => "sgd: { learning-rate: 0.1, momentum: 0.9, nesterov: true, weight-decay: 5e-4 }";

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(Nesterov) && arguments.Get(Momentum) == 0
            ? [Problem.Conflict("", "'nesterov: true' needs a 'momentum' above 0")]
            : [];

    // The running sum, if there is one.
    public override long StateCount(Arguments arguments, Part holder, StateEntry parameter) =>
        arguments.Get(Momentum) > 0 ? parameter.Count : 0;
}
