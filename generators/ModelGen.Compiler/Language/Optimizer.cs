namespace ModelGen.Compiler.Language;

/// <summary>How a step changes the weights.</summary>
internal abstract class Optimizer(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters), IOptionsRecord
{
    public sealed override string Kind => "optimizer";

    public abstract string CSharpType { get; }
}
