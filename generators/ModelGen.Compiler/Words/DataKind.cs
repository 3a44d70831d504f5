using ModelGen.Compiler.Graph;
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

    /// <summary>The file of the tokenizer that it names; null for none.</summary>
    /// <param name="key">The key that it stands under.</param>
    /// <param name="arguments">Its arguments.</param>
    public virtual NamedTokenizer? NamedTokenizer(string key, Arguments arguments) => null;

    /// <summary>What it says that no layer of a complete model heeds, as a sentence; null if there is nothing.</summary>
    public virtual string? Unheeded(GraphBuilder model) => null;
}
