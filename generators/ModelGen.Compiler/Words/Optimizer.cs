using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>How a step changes the weights.</summary>
internal abstract class Optimizer(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, [Rate, .. parameters]),
        IOptionsRecord
{
    private static readonly NumberParameter Rate = new("learning-rate", "the peak step size, which the schedule scales")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        IsRequired = true,
    };

    public sealed override string Kind => "optimizer";

    public abstract string Record { get; }

    /// <summary>The peak step size.</summary>
    public double LearningRate(Arguments arguments) => arguments.Get(Rate);

    /// <summary>Why it does nothing with some parts of a model; null where it trains them.</summary>
    /// <param name="parts">The parts.</param>
    public virtual string? Idle(IEnumerable<Part> parts) => null;

    /// <summary>The argument of those whose decay is no part of the gradient.</summary>
    protected static NumberParameter DecoupledDecay(double value) =>
        new("weight-decay", "the share of a weight with two axes or more, times the learning rate, that each step takes away")
        {
            Range = Language.Range.NonNegative,
            Default = value,
        };
}
