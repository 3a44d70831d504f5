using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>The kind of data that a model is trained on.</summary>
internal abstract class DataKind(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "kind of data";

    /// <summary>The unit, besides steps and epochs, that training lengths may be given in.</summary>
    public abstract string Unit { get; }

    /// <summary>One sample as the network sees it.</summary>
    public abstract DataShape Shape(Arguments arguments);

    /// <summary>What it says that no layer of a complete model heeds, as a sentence; null if there is nothing.</summary>
    public virtual string? Unheeded(GraphBuilder model) => null;
}
