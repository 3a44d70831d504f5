using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words;

/// <summary>How likely a sample is under what a decoder gives; it becomes an operation of the objective.</summary>
internal abstract class Likelihood(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "likelihood";

    /// <summary>The only argument of the distribution, where it has one.</summary>
    protected virtual NumberParameter? Parameter => null;

    /// <summary>What computes it.</summary>
    public LogLikelihood Op(Arguments arguments) =>
        new(Word, Parameter is { } parameter ? new OpArgument(parameter.Name, arguments.Get(parameter)) : null);

    /// <summary>Why it cannot be of values of a range; null where it can. The range is null where values may be any.</summary>
    public virtual string? Misfit((double Low, double High)? range) => null;

    /// <summary>The parameters that it learns.</summary>
    public virtual IReadOnlyList<StateEntry> State => [];
}
