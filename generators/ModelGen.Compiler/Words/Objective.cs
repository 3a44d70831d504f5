using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words;

/// <summary>What training makes smaller. Each family has a kind of objectives of its own.</summary>
internal abstract class Objective(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "objective";

    /// <summary>The C# that makes it from <c>data</c> in the model's own class.</summary>
    public abstract string CSharp(Arguments arguments);
}
