using System.Globalization;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Reads the parts of a regular expression that stand for one character.</summary>
/// <param name="text">The regular expression.</param>
internal abstract class PatternReader(string text)
{
    protected string Text => text;

    protected int Position { get; set; }

    protected bool IgnoresCase { get; set; }

    /// <summary>What '.' leaves out.</summary>
    protected virtual CharacterSet LineBreaks { get; } = CharacterSet.Range('\n', '\n');

    /// <summary>What a set that is said by what it lacks leaves out besides; null for nothing.</summary>
    protected virtual CharacterSet? Beyond => null;

    protected bool IsAtEnd => Position == Text.Length;

    /// <summary>What to throw where something is not understood.</summary>
    /// <param name="what">What there is at the position.</param>
    protected abstract ModelGenException Wrong(string what);

    protected int ReadNumber()
    {
        var start = Position;
        while (!IsAtEnd && char.IsAsciiDigit(Text[Position]))
        {
            Position++;
        }

        return int.TryParse(Text.AsSpan(start, Position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong("a count that is no number");
    }

    protected CharacterSet ReadSet()
    {
        if (Skip("["))
        {
            return ReadClass();
        }

        if (Skip("."))
        {
            return AllBut([LineBreaks]);
        }

        if (IsAtEnd || "*+?{}()|^]".Contains(Text[Position], StringComparison.Ordinal))
        {
            throw Wrong("a character that must stand elsewhere");
        }

        return ReadEscapedSet(isNegated: false) ?? Letter(ReadCharacter(), isNegated: false);
    }

    private CharacterSet ReadClass()
    {
        var isNegated = Skip("^");
        var sets = new List<CharacterSet>();
        while (!Skip("]"))
        {
            if (IsAtEnd || Text[Position] == '[' || Text.AsSpan(Position).StartsWith("&&", StringComparison.Ordinal))
            {
                throw Wrong("a class without an end, or inside another");
            }

            if (ReadEscapedSet(isNegated) is { } escaped)
            {
                sets.Add(escaped);
                continue;
            }

            var first = ReadCharacter();
            if (Position + 1 < Text.Length && Text[Position] == '-' && Text[Position + 1] != ']')
            {
                Position++;
                var last = ReadCharacter();
                sets.Add(last >= first ? Letters(first, last, isNegated) : throw Wrong("a range from its end to its start"));
            }
            else
            {
                sets.Add(Letter(first, isNegated));
            }
        }

        return sets.Count == 0 ? throw Wrong("an empty class")
            : isNegated ? AllBut(sets)
            : CharacterSet.Union(sets, isNegated: false);
    }

    /// <summary>The characters of none of some sets.</summary>
    protected CharacterSet AllBut(IEnumerable<CharacterSet> sets) =>
        CharacterSet.Union(Beyond is { } beyond ? sets.Append(beyond) : sets, isNegated: true);

    /// <summary>A set written with a backslash; null where a single character stands.</summary>
    /// <param name="isNegated">Whether it stands in a class of all others.</param>
    protected virtual CharacterSet? ReadEscapedSet(bool isNegated)
    {
        if (IsAtEnd || Text[Position] != '\\' || Position + 1 == Text.Length || !"sSdDpP".Contains(Text[Position + 1]))
        {
            return null;
        }

        Position += 2;
        var kind = Text[Position - 1];
        switch (char.ToLowerInvariant(kind))
        {
            case 's':
                return CharacterSet.WhiteSpace(isNegated: kind == 'S');
            case 'd':
                return CharacterSet.OfCategories(Categories("Nd"), isNegated: kind == 'D');
            default:
                Expect("{");
                var end = Text.IndexOf('}', Position);
                var name = end > 0 ? Text[Position..end] : throw Wrong("a category without an end");
                var categories = Categories(name);
                Position = end + 1;
                return CharacterSet.OfCategories(categories, isNegated: kind == 'P');
        }
    }

    // The names of Unicode's general categories, in the order of UnicodeCategory.
    protected uint Categories(string name)
    {
        string[] names = [.. "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Cn".Split(' ')];
        var categories = 0u;
        for (var index = 0; index < names.Length; index++)
        {
            categories |= names[index] == name || (name.Length == 1 && names[index][0] == name[0]) ? 1u << index : 0;
        }

        return categories != 0 ? categories : throw Wrong($"'{name}', which is no general category");
    }

    private int ReadCharacter()
    {
        if (!Skip("\\"))
        {
            if (Rune.DecodeFromUtf16(Text.AsSpan(Position), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                throw Wrong("no character");
            }

            Position += length;
            return rune.Value;
        }

        if (IsAtEnd)
        {
            throw Wrong("a backslash at the end");
        }

        var escaped = Text[Position++];
        return escaped switch
        {
            'r' => '\r',
            'n' => '\n',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            'x' => ReadHexadecimal(2),
            'u' => ReadHexadecimal(4),
            _ when char.IsAsciiLetterOrDigit(escaped) => throw Wrong($"'\\{escaped}'"),
            _ => escaped,
        };
    }

    private int ReadHexadecimal(int digits)
    {
        var isBraced = Skip("{");
        var end = isBraced ? Text.IndexOf('}', Position) : Math.Min(Text.Length, Position + digits);
        if (
            end < 0
            || !int.TryParse(
                Text.AsSpan(Position, end - Position),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var value
            )
            || !Rune.IsValid(value)
        )
        {
            throw Wrong("a code that is no character");
        }

        Position = end + (isBraced ? 1 : 0);
        return value;
    }

    /// <summary>The characters from one to another.</summary>
    /// <param name="first">The first.</param>
    /// <param name="last">The last.</param>
    /// <param name="isNegated">Whether they stand in a class of all others.</param>
    protected virtual CharacterSet Letters(int first, int last, bool isNegated) =>
        IgnoresCase ? throw Wrong("a range where case is ignored") : CharacterSet.Range(first, last);

    /// <summary>
    /// A character, in both cases where case is ignored: Unicode's simple case folding adds the long s and the Kelvin sign to the Latin
    /// letters.
    /// </summary>
    /// <param name="value">The character.</param>
    /// <param name="isNegated">Whether it stands in a class of all others.</param>
    protected virtual CharacterSet Letter(int value, bool isNegated)
    {
        if (!IgnoresCase || !Rune.IsLetter(new Rune(value)))
        {
            return CharacterSet.Range(value, value);
        }

        if (value >= 128)
        {
            throw Wrong("a letter other than a to z where case is ignored");
        }

        List<int> forms = [value | 0x20, value & ~0x20];
        forms.AddRange(
            (value | 0x20) switch
            {
                's' => [0x17F],
                'k' => [0x212A],
                _ => (int[])[],
            }
        );
        return CharacterSet.Union(forms.Select(static form => CharacterSet.Range(form, form)), isNegated: false);
    }

    protected bool Skip(string expected)
    {
        if (!Text.AsSpan(Position).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        Position += expected.Length;
        return true;
    }

    protected void Expect(string expected)
    {
        if (!Skip(expected))
        {
            throw Wrong($"no '{expected}'");
        }
    }
}
