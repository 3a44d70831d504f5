namespace ModelGen.Compiler.Language;

/// <summary>A layer as the language knows it: a word with arguments.</summary>
internal abstract class LayerWord(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "layer";
}
