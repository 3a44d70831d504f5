namespace ModelGen.Data;

/// <summary>Surrogate pairs in UTF-16.</summary>
internal static class Surrogates
{
    /// <summary>What is wrong with a text that has half of a pair, worded to follow its place.</summary>
    public const string Problem = "has a text with half of a surrogate pair, which no encoding has";

    /// <summary>The position of the first half of a pair without its other half; negative if there is none.</summary>
    public static int IndexOfHalf(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (text[start..].IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var next)
        {
            start += next;
            if (start + 1 == text.Length || !char.IsSurrogatePair(text[start], text[start + 1]))
            {
                return start;
            }

            start += 2;
        }

        return -1;
    }
}
