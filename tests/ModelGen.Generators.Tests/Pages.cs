using ModelGen.Compiler.Tests;

namespace ModelGen.Generators.Tests;

/// <summary>The pages that people read.</summary>
internal static class Pages
{
    /// <summary>The blocks of a language on a page, in order.</summary>
    /// <param name="page">The page's path in the repository.</param>
    /// <param name="language">The word after the fence.</param>
    public static IEnumerable<string> Blocks(string page, string language) =>
        Repository
            .Read(page)
            .ReplaceLineEndings("\n")
            .Split("```")
            .Where((block, i) => i % 2 == 1 && block.StartsWith(language + "\n", StringComparison.Ordinal))
            .Select(block => block[(language.Length + 1)..]);
}
