using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

public sealed class ConsoleTextTests
{
    [Theory]
    [InlineData("a\tb\r\nç 😀", "a\tb\r\nç 😀")]
    [InlineData("\e[2J\a\0\u007F", "␛[2J␇␀␡")]
    [InlineData("\u009B1m", "\uFFFD1m")]
    public void ControlCharactersBecomeVisible(string text, string printable) => Assert.Equal(printable, ConsoleText.Printable(text));
}
