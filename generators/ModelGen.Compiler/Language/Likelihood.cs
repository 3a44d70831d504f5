using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Language;

/// <summary>How likely a picture is under what a decoder gives; it becomes a module of the runtime.</summary>
internal abstract class Likelihood(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "likelihood";

    /// <summary>The class of the runtime.</summary>
    public abstract string CSharpType { get; }

    /// <summary>What its constructor is given.</summary>
    public abstract string ConstructorArguments(Arguments arguments);

    /// <summary>The parameters that it learns.</summary>
    public virtual IReadOnlyList<StateEntry> State => [];
}
