using System.Numerics;

namespace ModelGen.Tokenization;

/// <summary>
/// A regular expression that cuts text into words before byte-pair encoding. It matches as a backtracking engine does, leftmost alternative
/// first, on whole characters where .NET's engine matches halves of surrogate pairs, and tells whether more text could change a match, so
/// that a stream is cut as the whole text is.
/// </summary>
internal sealed class SplitPattern
{
    // A published pattern backtracks a few steps for each character.
    private const long MostStepsPerCharacter = 1 << 10;

    private readonly PatternNode _start;

    private SplitPattern(string text, PatternNode start) => (Text, _start) = (text, start);

    /// <summary>The regular expression as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a regular expression.</summary>
    /// <param name="text">
    /// Alternatives of literals, classes, <c>\p{…}</c>, <c>\s</c>, <c>\d</c>, groups (also <c>(?i:…)</c>, each possibly optional),
    /// greedy and possessive quantifiers after single characters, <c>(?=x)</c>, <c>(?!x)</c> and <c>$</c>.
    /// </param>
    /// <param name="file">Where it comes from.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="ModelGenException">It has another construct, or is not well-formed.</exception>
    public static SplitPattern Parse(string text, TokenizerFile file) => new(text, PatternParser.Parse(text, file));

    /// <summary>Matches at the beginning of a text.</summary>
    /// <param name="text">The text, without halves of surrogate pairs.</param>
    /// <param name="touchesEnd">Whether the match depends on the text's ending where it does.</param>
    /// <returns>The length of the match in UTF-16 code units; 0 where nothing, or nothing but an empty string, matches.</returns>
    /// <exception cref="ModelGenException">The pattern backtracks without end.</exception>
    public int Match(ReadOnlySpan<char> text, out bool touchesEnd)
    {
        var state = new MatchState { StepsLeft = MostStepsPerCharacter * (64L + text.Length) };
        var isMatch = Match(_start, text, 0, ref state);
        touchesEnd = state.TouchesEnd;
        return isMatch ? state.End : 0;
    }

    private bool Match(PatternNode? node, ReadOnlySpan<char> text, int position, ref MatchState state)
    {
        for (; node is not null; node = node.Next)
        {
            if (--state.StepsLeft < 0)
            {
                throw new ModelGenException(
                    $"The pattern '{Text}' backtracks too long over the text; use the pattern of a published tokenizer."
                );
            }

            switch (node.Kind)
            {
                case PatternNodeKind.Run:
                    var end = Run(node, text, position, out var count, ref state);
                    if (count < node.Least)
                    {
                        return false;
                    }

                    // Nothing after it can ask for less.
                    if (node.IsPossessive || node.Next is null)
                    {
                        position = end;
                        continue;
                    }

                    for (; count > node.Least; count--)
                    {
                        if (Match(node.Next, text, end, ref state))
                        {
                            return true;
                        }

                        end -= char.IsLowSurrogate(text[end - 1]) ? 2 : 1;
                    }

                    position = end;
                    continue;
                case PatternNodeKind.Branch:
                    state.TouchesEnd |= position == text.Length;
                    var first = position < text.Length ? Math.Min(text[position], (char)128) : 128;
                    for (var left = node.AlternativesByFirst[first]; left != 0; left &= left - 1)
                    {
                        if (Match(node.Alternatives[BitOperations.TrailingZeroCount(left)], text, position, ref state))
                        {
                            return true;
                        }
                    }

                    if (!node.IsOptional)
                    {
                        return false;
                    }

                    continue;
                case PatternNodeKind.Ahead:
                    state.TouchesEnd |= position == text.Length;
                    if ((position < text.Length && node.Set!.Contains(ValueAt(text, position))) == node.IsNegated)
                    {
                        return false;
                    }

                    continue;
                default:
                    if (position < text.Length)
                    {
                        return false;
                    }

                    state.TouchesEnd = true;
                    continue;
            }
        }

        state.End = position;
        return true;
    }

    private static int Run(PatternNode node, ReadOnlySpan<char> text, int position, out int count, ref MatchState state)
    {
        var set = node.Set!;
        for (count = 0; count < node.Most; count++)
        {
            if (position == text.Length)
            {
                state.TouchesEnd = true;
                break;
            }

            var unit = text[position];
            if (unit < 128)
            {
                if (!set.ContainsAscii(unit))
                {
                    break;
                }

                position++;
            }
            else if (set.Contains(ValueAt(text, position)))
            {
                position += char.IsHighSurrogate(unit) ? 2 : 1;
            }
            else
            {
                break;
            }
        }

        return position;
    }

    private static int ValueAt(ReadOnlySpan<char> text, int position) =>
        char.IsHighSurrogate(text[position]) ? char.ConvertToUtf32(text[position], text[position + 1]) : text[position];

    private struct MatchState
    {
        public int End;
        public long StepsLeft;
        public bool TouchesEnd;
    }
}
