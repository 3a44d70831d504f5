using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>How a step updates the weights.</summary>
internal abstract class Optimizer(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, [Rate, .. parameters]),
        IOptionsRecord
{
    private static readonly NumberParameter Rate = new("learning-rate", "the peak learning rate, which the schedule scales")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        IsRequired = true,
    };

    public sealed override string Kind => "optimizer";

    public abstract string Record { get; }

    /// <summary>The peak learning rate.</summary>
    public double LearningRate(Arguments arguments) => arguments.Get(Rate);

    /// <summary>How many numbers it keeps for a parameter from step to step, in float32.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="holder">The part that holds the parameter.</param>
    /// <param name="parameter">The parameter.</param>
    public abstract long StateCount(Arguments arguments, Part holder, StateEntry parameter);

    /// <summary>Why it would have nothing to train in some parts of a model; null if it does.</summary>
    /// <param name="parts">The parts.</param>
    public virtual string? Idle(IEnumerable<Part> parts) => null;

    /// <summary>The argument of optimizers whose decay is not part of the gradient.</summary>
    protected static NumberParameter DecoupledDecay(double value) =>
        new("weight-decay", "the fraction of each weight with two or more axes, times the learning rate, that a step subtracts from it")
        {
            Range = Language.Range.NonNegative,
            Default = value,
        };
}
