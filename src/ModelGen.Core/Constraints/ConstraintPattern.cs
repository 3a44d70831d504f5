using System.Buffers;
using System.Globalization;
using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>
/// Reads a regular expression as a set of texts. Where engines differ in which characters a class has, only those are written that all
/// agree on: <c>\d</c> and <c>\w</c> are of ASCII, <c>\D</c> and <c>\W</c> nothing that Unicode counts as a digit or as part of a word.
/// </summary>
internal sealed class ConstraintPattern : PatternReader
{
    private const int MostNesting = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    );

    private static readonly CharacterSet Digits = CharacterSet.Range('0', '9');
    private static readonly CharacterSet Spaces = CharacterSet.Union(
        [CharacterSet.Range('\t', '\r'), CharacterSet.Range(' ', ' ')],
        isNegated: false
    );
    private static readonly CharacterSet WordCharacters = CharacterSet.Union(
        [CharacterSet.Range('a', 'z'), CharacterSet.Range('A', 'Z'), Digits, CharacterSet.Range('_', '_')],
        isNegated: false
    );

    private int _nesting;

    private ConstraintPattern(string text)
        : base(text) { }

    /// <summary>The texts that a regular expression matches as a whole.</summary>
    /// <exception cref="ModelGenException">It is not well-formed, or has what no finite automaton can follow.</exception>
    public static Expression Whole(string text) => Read(text, around: Expression.Nothing);

    /// <summary>The texts in which a regular expression matches somewhere, or where it says so at the beginning or the end.</summary>
    /// <exception cref="ModelGenException">It is not well-formed, or has what no finite automaton can follow.</exception>
    public static Expression Part(string text) => Read(text, around: Expression.Anything.Times(0, null));

    private static Expression Read(string text, Expression around)
    {
        var pattern = new ConstraintPattern(text);
        pattern.IgnoresCase = pattern.Skip("(?i)");
        var alternatives = new List<Expression>();
        do
        {
            var isAtStart = pattern.Skip("^");
            var parts = pattern.ReadSequence();
            var isAtEnd = pattern.Skip("$");
            alternatives.Add(Expression.Join(isAtStart ? Expression.Nothing : around, parts, isAtEnd ? Expression.Nothing : around));
        } while (pattern.Skip("|"));

        return pattern.IsAtEnd ? Expression.AnyOf(alternatives)
            : pattern.Text[pattern.Position] == ')' ? throw pattern.Wrong("')' without '('")
            : throw pattern.Wrong("'$' before the end");
    }

    protected override CharacterSet? ReadEscapedSet(bool isNegated)
    {
        if (Position + 1 >= Text.Length || Text[Position] != '\\' || !"dDwWsS".Contains(Text[Position + 1]))
        {
            // Without those that count as two.
            return base.ReadEscapedSet(isNegated) is { } some ? AllBut([AllBut([some])]) : null;
        }

        var kind = Text[Position + 1];
        Position += 2;

        // What is left out by one of the engines must be left out, and a negation turns that around.
        var isAscii = char.IsLower(kind) != isNegated;
        var set = char.ToLowerInvariant(kind) switch
        {
            'd' => isAscii ? Digits : CharacterSet.OfCategories(Categories("Nd"), isNegated: false),
            's' => isAscii
                ? Spaces
                : CharacterSet.Union([CharacterSet.WhiteSpace(isNegated: false), CharacterSet.Range(0xFEFF, 0xFEFF)], isNegated: false),
            _ => isAscii
                ? WordCharacters
                : CharacterSet.Union(
                    [
                        .. new[] { "L", "M", "Nd", "Pc" }.Select(name => CharacterSet.OfCategories(Categories(name), isNegated: false)),
                        CharacterSet.Range(0x200C, 0x200D),
                    ],
                    isNegated: false
                ),
        };
        return char.IsLower(kind) ? set : AllBut([set]);
    }

    // Engines that count in UTF-16 take these for two characters.
    protected override CharacterSet Beyond { get; } = CharacterSet.Range(0x10000, 0x10FFFF);

    protected override CharacterSet LineBreaks { get; } =
        CharacterSet.Union(
            [CharacterSet.Range('\n', '\n'), CharacterSet.Range('\r', '\r'), CharacterSet.Range('\u2028', '\u2029')],
            isNegated: false
        );

    protected override CharacterSet Letter(int value, bool isNegated) => Letters(value, value, isNegated);

    // Of ASCII, the letters on whose other case all engines agree. A class of all others leaves out what one of them takes for the same.
    protected override CharacterSet Letters(int first, int last, bool isNegated)
    {
        var sets = new List<CharacterSet> { CharacterSet.Range(first, last) };
        if (IgnoresCase && isNegated)
        {
            if (last >= 128)
            {
                throw Wrong("a letter other than a to z in a class of all others, where case is ignored,");
            }

            sets.Add(CharacterSet.Range('\u017F', '\u017F'));
            sets.Add(CharacterSet.Range('\u212A', '\u212A'));
        }

        AddOtherCase('a', 'z', 'A' - 'a');
        AddOtherCase('A', 'Z', 'a' - 'A');
        return CharacterSet.Union(sets, isNegated: false);

        void AddOtherCase(char from, char to, int distance)
        {
            var (lowest, highest) = (Math.Max(first, from), Math.Min(last, to));
            if (IgnoresCase && lowest <= highest)
            {
                sets.Add(CharacterSet.Range(lowest + distance, highest + distance));
            }
        }
    }

    protected override ModelGenException Wrong(string what) =>
        new(
            $"The pattern '{Text}' has {what} at position {Position}. A constraint knows characters, classes, groups, alternatives and "
                + "quantifiers, '^' at the beginning, '$' at the end, and '(?i)' before all; a sign that means something is written with a "
                + "backslash."
        );

    private Expression ReadSequence()
    {
        var parts = new List<Expression>();
        while (!IsAtEnd && !"|)$".Contains(Text[Position]))
        {
            parts.Add(ReadQuantified(Skip("(") ? ReadGroup() : new Expression.OneOf(ReadSet().ToRanges())));
        }

        return parts is [var only] ? only : Expression.Join(parts);
    }

    private Expression ReadGroup()
    {
        if (++_nesting > MostNesting)
        {
            throw Wrong($"more than {MostNesting} groups inside each other");
        }

        var outer = IgnoresCase;
        if (IsName(out var end))
        {
            Position = end + 1;
        }
        else if (Skip("?i:"))
        {
            IgnoresCase = true;
        }
        else if (!IsAtEnd && Text[Position] == '?' && !Skip("?:"))
        {
            throw Wrong("a group that looks around or that is of a kind that is not known");
        }

        var alternatives = new List<Expression>();
        do
        {
            alternatives.Add(ReadSequence());
        } while (Skip("|"));

        Expect(")");
        IgnoresCase = outer;
        _nesting--;
        return Expression.AnyOf(alternatives);
    }

    // Whether a group has a name, and where that ends; '?<=' and '?<!' look back, and '?<a-b>' takes back what was matched.
    private bool IsName(out int end)
    {
        end = Text.IndexOf('>', Position);
        return end > Position + 2
            && Text.AsSpan(Position).StartsWith("?<", StringComparison.Ordinal)
            && Text.AsSpan(Position + 2, end - Position - 2).IndexOfAnyExcept(NameCharacters) < 0;
    }

    private Expression ReadQuantified(Expression part)
    {
        var (least, most) = (1, (int?)1);
        if (Skip("?"))
        {
            least = 0;
        }
        else if (Skip("*"))
        {
            (least, most) = (0, null);
        }
        else if (Skip("+"))
        {
            most = null;
        }
        else if (Skip("{"))
        {
            least = ReadNumber();
            most =
                !Skip(",") ? least
                : !IsAtEnd && Text[Position] == '}' ? null
                : ReadNumber();
            Expect("}");
        }
        else
        {
            return part;
        }

        if (most < least)
        {
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"a quantifier from {least} to {most}"));
        }

        // To take few first leaves the texts the same; never to give back what was taken does not.
        if (!Skip("?") && Skip("+"))
        {
            throw Wrong("a possessive quantifier");
        }

        return part.Times(least, most);
    }
}
