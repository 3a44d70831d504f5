using System.Globalization;
using System.Text;

namespace ModelGen.Compiler.Text;

/// <summary>Shortens text so that a one-line message can quote it.</summary>
internal static class Excerpt
{
    private const int Longest = 60;

    /// <summary>The text on one line; only its start where it is long.</summary>
    public static string Of(string text) => Of(text, Longest);

    /// <summary>At most <paramref name="longest"/> characters of the text on one line; what cannot be seen is written as \u200b.</summary>
    public static string Of(string text, int longest)
    {
        var line = new StringBuilder();
        foreach (var c in text.Length > longest ? text.Substring(0, longest - 1) : text)
        {
            line.Append(
                c is '\n' or '\r' or '\t' ? " "
                : IsInvisible(c) ? "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture)
                : c.ToString()
            );
        }

        if (text.Length > longest)
        {
            // Half a surrogate pair is not a character.
            line.Length -= char.IsHighSurrogate(line[line.Length - 1]) ? 1 : 0;
            line.Append('…');
        }

        return line.ToString();
    }

    // What cannot be seen, or looks like the space that it is not.
    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.Control
            or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse => true,
            UnicodeCategory.SpaceSeparator => c != ' ',
            _ => false,
        };
}
