namespace ModelGen.Compiler.Text;

/// <summary>Adds articles to nouns.</summary>
internal static class Article
{
    /// <summary>A noun with its indefinite article, chosen by its first letter: an optimizer, a schedule.</summary>
    public static string With(string noun) => ("aeio".Contains(noun[0]) ? "an " : "a ") + noun;
}
