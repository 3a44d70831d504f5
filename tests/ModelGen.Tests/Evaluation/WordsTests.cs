using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class WordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \n\t", "")]
    [InlineData("Gets the T[] value.", "Gets|the|T|[|]|value|.")]
    [InlineData("don't 3,5 a_b", "don|'|t|3|,|5|a|_|b")]
    [InlineData("Größe e\u0301te\u0301", "Größe|e\u0301te\u0301")]
    [InlineData("GPT-2和中文 ok", "GPT|-|2|和|中|文|ok")]
    [InlineData("a\U0001F600b", "a|\U0001F600|b")]
    public void ATextIsCutIntoWords(string text, string words) => Assert.Equal(words, string.Join('|', Words.Split(text)));
}
