using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a plain network: how far its output is from the target.</summary>
internal abstract class SupervisedObjective(string word, string summary, params Parameter[] parameters)
    : Objective(word, summary, parameters)
{
    public override string RuntimeType => "SupervisedObjective";

    /// <summary>The runtime record that holds the loss; null where it is one of the user's own.</summary>
    public abstract override string? Record { get; }

    /// <summary>What it does with logits; null where it takes the output as it is.</summary>
    public virtual string? OfLogits => null;

    /// <summary>Whether it takes a result for each token of a text, rather than one for a whole text.</summary>
    public virtual bool IsOfTokens => false;

    /// <summary>The output that the network must give, in words; null if it already does.</summary>
    public virtual string? Wanted(Shape output) => null;

    /// <summary>Which of the arguments does not fit an output that is as wanted, in a sentence; null if all do.</summary>
    public virtual string? Misfit(Arguments arguments, Shape output) => null;
}
