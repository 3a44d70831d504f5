using System.Globalization;
using System.Text;

namespace ModelGen.Cli.Tables;

/// <summary>How many columns of a terminal a text takes.</summary>
internal static class DisplayWidth
{
    // The wide and full-width characters of Unicode Standard Annex #11, in ranges that also cover what lies unassigned between them.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F),
        (0x2E80, 0x303E),
        (0x3041, 0xA4CF),
        (0xA960, 0xA97F),
        (0xAC00, 0xD7A3),
        (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F),
        (0xFF00, 0xFF60),
        (0xFFE0, 0xFFE6),
        (0x1F300, 0x1F64F),
        (0x1F680, 0x1F6FF),
        (0x1F900, 0x1F9FF),
        (0x20000, 0x3FFFD),
    ];

    /// <summary>The width of a text without control characters.</summary>
    public static int Of(string text) => text.EnumerateRunes().Sum(Of);

    /// <summary>The width of a character.</summary>
    public static int Of(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0
        : Wide.Any(range => character.Value >= range.First && character.Value <= range.Last) ? 2
        : 1;
}
