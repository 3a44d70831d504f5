namespace ModelGen.Runs;

/// <summary>Text that a model has written, for a terminal.</summary>
public static class ConsoleText
{
    private const char Pictures = '\u2400';
    private const char Delete = '\u007F';
    private const char DeletePicture = '\u2421';

    /// <summary>
    /// A text without control characters, which can move the cursor, ring the bell or change a terminal's settings: each becomes its
    /// picture (U+2400 and after), or U+FFFD where it has none. Line breaks and tabs stay.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>A text of the same length.</returns>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (printable, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                printable[i] = IsHidden(text[i]) ? Picture(text[i]) : text[i];
            }
        });
    }

    private static bool IsHidden(char character) => char.IsControl(character) && character is not ('\n' or '\r' or '\t');

    private static char Picture(char control) =>
        control < ' ' ? (char)(Pictures + control)
        : control == Delete ? DeletePicture
        : '\uFFFD';
}
