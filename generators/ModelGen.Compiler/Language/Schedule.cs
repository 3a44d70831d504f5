namespace ModelGen.Compiler.Language;

/// <summary>How the learning rate changes while training.</summary>
internal abstract class Schedule(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters), IOptionsRecord
{
    public sealed override string Kind => "schedule";

    public abstract string CSharpType { get; }
}
