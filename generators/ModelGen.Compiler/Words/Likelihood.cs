using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words;

/// <summary>The likelihood of a sample given the decoder's output; it becomes an operation of the objective.</summary>
internal abstract class Likelihood(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "likelihood";

    /// <summary>The only argument of the distribution, if it has one.</summary>
    protected virtual NumberParameter? Parameter => null;

    /// <summary>The operation that computes it.</summary>
    public LogLikelihood Op(Arguments arguments) =>
        new(Word, Parameter is { } parameter ? new OpArgument(parameter.Name, arguments.Get(parameter)) : null);

    /// <summary>What it does with logits; null where the output is a value itself.</summary>
    public virtual string? OfLogits => null;

    /// <summary>Why it does not fit values of a range; null if it does. The range is null if values are unbounded.</summary>
    public virtual string? Misfit((double Low, double High)? range) => null;

    /// <summary>The parameters that it learns.</summary>
    public virtual IReadOnlyList<StateEntry> State => [];
}
