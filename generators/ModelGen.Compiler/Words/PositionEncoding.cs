using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words;

/// <summary>How attention knows where its queries and keys stand.</summary>
internal abstract class PositionEncoding(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "position encoding";

    /// <summary>Whether scores fall with the distance.</summary>
    public virtual bool HasSlopes => false;

    /// <summary>What it needs instead of vectors of this length, such as "an even number of elements"; null if it takes them.</summary>
    public virtual string? Wanted(Arguments arguments, long width) => null;

    /// <summary>The queries and the keys with their positions.</summary>
    /// <param name="layer">The attention.</param>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="sequence">The sequence [T, …].</param>
    /// <param name="query">The queries [heads, T, n].</param>
    /// <param name="key">The keys [heads, T, n].</param>
    public virtual (Value Query, Value Key) Apply(LayerContext layer, Arguments arguments, Value sequence, Value query, Value key) =>
        (query, key);
}
