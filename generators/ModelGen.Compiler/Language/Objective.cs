using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Language;

/// <summary>What training makes smaller.</summary>
internal abstract class Objective(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "objective";

    /// <summary>Reports what in the network the objective cannot work with.</summary>
    public abstract void Check(NetworkBuilder network);

    /// <summary>The C# that makes it from <c>data</c> in the model's own class.</summary>
    public abstract string CSharp(Arguments arguments);
}
