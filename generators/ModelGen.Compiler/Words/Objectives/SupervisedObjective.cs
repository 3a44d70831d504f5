using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a plain network: how far what it gives is from what it should give.</summary>
internal abstract class SupervisedObjective(string word, string summary, params Parameter[] parameters)
    : Objective(word, summary, parameters)
{
    public sealed override string RuntimeType => "SupervisedObjective";

    /// <summary>The record of the runtime that holds the loss.</summary>
    public abstract override string Record { get; }

    /// <summary>What the network must give, in words, where it gives something else; null where what it gives is right.</summary>
    public virtual string? Wanted(Shape output) => null;
}
