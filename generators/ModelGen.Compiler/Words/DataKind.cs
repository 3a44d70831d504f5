using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>What a model is trained on.</summary>
internal abstract class DataKind(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "kind of data";

    /// <summary>What lengths of training may be counted in beside steps and epochs.</summary>
    public abstract string Unit { get; }

    /// <summary>One sample as the network sees it.</summary>
    public abstract DataShape Shape(Arguments arguments);
}
