using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Tests.Language;

public sealed class WordRulesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("a-1", true)]
    [InlineData("up-low2", true)]
    [InlineData("", false)]
    [InlineData("1a", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a--b", false)]
    [InlineData("a_b", false)]
    [InlineData("A", false)]
    [InlineData("é", false)]
    [InlineData("a b", false)]
    public void WordsAreLowerCaseWithSingleHyphens(string text, bool isWord) => Assert.Equal(isWord, WordRules.WordProblem(text) is null);

    [Theory]
    [InlineData("M", true)]
    [InlineData("DocsGpt2", true)]
    [InlineData("Große_Katze", true)]
    [InlineData("", false)]
    [InlineData("gpt", false)]
    [InlineData("2Gpt", false)]
    [InlineData("My Gpt", false)]
    [InlineData("Gpt<T>", false)]
    [InlineData("Fingerprint", false)]
    [InlineData("System", false)]
    public void ModelsAreNamedLikeClasses(string text, bool isName) => Assert.Equal(isName, WordRules.ClassProblem(text) is null);
}
