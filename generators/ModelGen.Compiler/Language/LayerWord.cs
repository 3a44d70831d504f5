namespace ModelGen.Compiler.Language;

/// <summary>A layer as the language knows it: a word with arguments.</summary>
internal abstract class LayerWord(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "layer";

    /// <summary>How many layers it writes out at most, as a shorthand for them; each has a place, the word's own.</summary>
    public virtual int WritesOut => 0;
}
