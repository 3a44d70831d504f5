namespace ModelGen.Compiler.Text;

/// <summary>Nouns in sentences.</summary>
internal static class Article
{
    /// <summary>A noun with its indefinite article, as its first letter asks for it: an optimizer, a schedule.</summary>
    public static string With(string noun) => ("aeio".Contains(noun[0]) ? "an " : "a ") + noun;
}
