using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Training.Optimizers;

internal sealed class Muon()
    : Optimizer(
        "muon",
        "Muon, in which a matrix moves along its momentum with all singular values made alike: Jordan et al. 2024, as PyTorch computes it; "
            + "matrices are the weights of linear layers and convolutions, and `adamw` trains embeddings, unembeddings, biases and norms",
        Momentum,
        Nesterov,
        WeightDecay,
        AdjustLearningRate,
        Others
    )
{
    private static readonly NumberParameter Momentum = new("momentum", "the share of the running mean of the gradient that each step keeps")
    {
        Range = Language.Range.Fraction,
        Default = 0.95,
    };

    private static readonly FlagParameter Nesterov = new("nesterov", "whether to use Nesterov momentum") { Default = true };

    private static readonly NumberParameter WeightDecay = DecoupledDecay(0.1);

    private static readonly ChoiceParameter AdjustLearningRate = new(
        "adjust-learning-rate",
        "the factor of the learning rate for a matrix of m rows and n columns: `original` for sqrt(max(1, m / n)), `match-rms-adamw` for "
            + "0.2 sqrt(max(m, n)), which suits the learning rates of `adamw` (Liu et al. 2025)",
        "original",
        "match-rms-adamw"
    )
    {
        Default = "match-rms-adamw",
        RuntimeEnum = "MuonAdjustment",
    };

    private static readonly WordParameter<Optimizer> Others = new(
        "others",
        "how everything except the matrices is trained; the schedule also scales its learning rate",
        "adamw"
    )
    {
        Absent = "adamw with the same learning rate",
    };

    public override string? Idle(IEnumerable<Part> parts) =>
        parts.Any(HasMatrix) ? null : "it trains the matrices of linear layers and convolutions, and there are none";

    private static bool HasMatrix(Part part) =>
        part.State.Any(entry => IsMatrix(part, entry)) || part.Elements.Any(static element => element.Parts.Any(HasMatrix));

    public override string Record => "MuonOptions";

    public override string Example =>
        "muon: { learning-rate: 0.02, momentum: 0.9, nesterov: false, weight-decay: 0.01, adjust-learning-rate: original, others: "
        + "{ adamw: 3e-4 } }";

    // The momentum of a matrix; the two means of `adamw` for everything else.
    public override long StateCount(Arguments arguments, Part holder, StateEntry parameter) =>
        parameter.Count * (IsMatrix(holder, parameter) ? 1 : 2);

    private static bool IsMatrix(Part holder, StateEntry parameter) =>
        holder.Op is { HasIndependentRows: false } && !parameter.IsBuffer && parameter.Shape.Count > 1;
}
