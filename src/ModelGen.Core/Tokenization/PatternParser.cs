using System.Globalization;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Reads the regular expressions that <see cref="SplitPattern"/> knows.</summary>
internal sealed class PatternParser
{
    private const int MostCharacters = 10_000;
    private const int MostNesting = 32;
    private const int MostAlternatives = 64;

    private static readonly CharacterSet LineBreak = CharacterSet.Range('\n', '\n');

    private readonly string _text;
    private readonly TokenizerFile _file;
    private int _position;
    private int _nesting;
    private bool _ignoresCase;

    private PatternParser(string text, TokenizerFile file) => (_text, _file) = (text, file);

    private bool IsAtEnd => _position == _text.Length;

    public static PatternNode Parse(string text, TokenizerFile file)
    {
        if (text.Length is 0 or > MostCharacters)
        {
            throw file.Wrong($"its pattern has {text.Length} characters; a pattern has 1 to {MostCharacters}");
        }

        var parser = new PatternParser(text, file);
        var alternatives = parser.ReadAlternatives();
        return parser.IsAtEnd ? Branch(alternatives, next: null, isOptional: false) : throw parser.Wrong("')' without '('");
    }

    private static PatternNode Branch(List<List<Func<PatternNode?, PatternNode>>> items, PatternNode? next, bool isOptional)
    {
        PatternNode?[] alternatives =
        [
            .. items.Select(alternative => Enumerable.Reverse(alternative).Aggregate(next, static (after, item) => item(after))),
        ];
        var byFirst = new ulong[129];
        for (var index = 0; index < alternatives.Length; index++)
        {
            var start = PatternNode.StartOf(alternatives[index]);
            for (var first = 0; first < byFirst.Length; first++)
            {
                byFirst[first] |= first == 128 || (start >> first & 1) != 0 ? 1UL << index : 0;
            }
        }

        return new PatternNode(PatternNodeKind.Branch)
        {
            Next = isOptional ? next : null,
            IsOptional = isOptional,
            Alternatives = alternatives,
            AlternativesByFirst = byFirst,
        };
    }

    /// <summary>Reads to the closing parenthesis or to the end: each alternative is a list of items, each of which takes what follows
    /// it.</summary>
    private List<List<Func<PatternNode?, PatternNode>>> ReadAlternatives()
    {
        if (++_nesting > MostNesting)
        {
            throw Wrong($"more than {MostNesting} groups inside each other");
        }

        List<List<Func<PatternNode?, PatternNode>>> alternatives =
        [
            [],
        ];
        while (!IsAtEnd && _text[_position] != ')')
        {
            if (_text[_position] == '|')
            {
                _position++;
                alternatives.Add([]);
                if (alternatives.Count > MostAlternatives)
                {
                    throw Wrong($"more than {MostAlternatives} alternatives");
                }
            }
            else
            {
                alternatives[^1].Add(ReadItem());
            }
        }

        _nesting--;
        return alternatives;
    }

    private Func<PatternNode?, PatternNode> ReadItem()
    {
        if (Skip("$") || Skip(@"\z"))
        {
            return static next => new PatternNode(PatternNodeKind.End) { Next = next };
        }

        if (Skip("(?!") || Skip("(?="))
        {
            var isNegated = _text[_position - 1] == '!';
            var ahead = ReadSet();
            Expect(")");
            return next => new PatternNode(PatternNodeKind.Ahead)
            {
                Next = next,
                Set = ahead,
                IsNegated = isNegated,
            };
        }

        if (Skip("("))
        {
            return ReadGroup();
        }

        var set = ReadSet();
        var (least, most, isPossessive) = ReadQuantifier();
        return next => new PatternNode(PatternNodeKind.Run)
        {
            Next = next,
            Set = set,
            Least = least,
            Most = most,
            IsPossessive = isPossessive,
        };
    }

    private Func<PatternNode?, PatternNode> ReadGroup()
    {
        var outer = _ignoresCase;
        if (Skip("?i:"))
        {
            _ignoresCase = true;
        }
        else if (!IsAtEnd && _text[_position] == '?' && !Skip("?:"))
        {
            throw Wrong("a group of a kind that is not known");
        }

        var alternatives = ReadAlternatives();
        Expect(")");
        _ignoresCase = outer;
        return ReadQuantifier() switch
        {
            (1, 1, false) => next => Branch(alternatives, next, isOptional: false),
            (0, 1, false) => next => Branch(alternatives, next, isOptional: true),
            _ => throw Wrong("a group that repeats"),
        };
    }

    private (int Least, int Most, bool IsPossessive) ReadQuantifier()
    {
        var (least, most) = (1, 1);
        if (Skip("?"))
        {
            least = 0;
        }
        else if (Skip("*"))
        {
            (least, most) = (0, int.MaxValue);
        }
        else if (Skip("+"))
        {
            most = int.MaxValue;
        }
        else if (Skip("{"))
        {
            least = ReadNumber();
            most =
                !Skip(",") ? least
                : !IsAtEnd && _text[_position] == '}' ? int.MaxValue
                : ReadNumber();
            Expect("}");
        }
        else
        {
            return (1, 1, false);
        }

        if (most < least || most == 0 || Skip("?"))
        {
            throw Wrong("a quantifier that is not known");
        }

        return (least, most, Skip("+"));
    }

    private int ReadNumber()
    {
        var start = _position;
        while (!IsAtEnd && char.IsAsciiDigit(_text[_position]))
        {
            _position++;
        }

        return int.TryParse(_text.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong("a count that is no number");
    }

    private CharacterSet ReadSet()
    {
        if (Skip("["))
        {
            return ReadClass();
        }

        if (Skip("."))
        {
            return CharacterSet.Union([LineBreak], isNegated: true);
        }

        if (IsAtEnd || "*+?{}()|^]".Contains(_text[_position], StringComparison.Ordinal))
        {
            throw Wrong("a character that must stand elsewhere");
        }

        return ReadEscapedSet() ?? Letter(ReadCharacter());
    }

    private CharacterSet ReadClass()
    {
        var isNegated = Skip("^");
        var sets = new List<CharacterSet>();
        while (!Skip("]"))
        {
            if (IsAtEnd || _text[_position] == '[' || _text.AsSpan(_position).StartsWith("&&", StringComparison.Ordinal))
            {
                throw Wrong("a class without an end, or inside another");
            }

            if (ReadEscapedSet() is { } escaped)
            {
                sets.Add(escaped);
                continue;
            }

            var first = ReadCharacter();
            if (_position + 1 < _text.Length && _text[_position] == '-' && _text[_position + 1] != ']')
            {
                _position++;
                var last = ReadCharacter();
                sets.Add(last >= first ? CharacterSet.Range(first, last) : throw Wrong("a range from its end to its start"));
                if (_ignoresCase)
                {
                    throw Wrong("a range where case is ignored");
                }
            }
            else
            {
                sets.Add(Letter(first));
            }
        }

        return sets.Count > 0 ? CharacterSet.Union(sets, isNegated) : throw Wrong("an empty class");
    }

    /// <summary>A set written with a backslash; null where a single character stands.</summary>
    private CharacterSet? ReadEscapedSet()
    {
        if (IsAtEnd || _text[_position] != '\\' || _position + 1 == _text.Length || !"sSdDpP".Contains(_text[_position + 1]))
        {
            return null;
        }

        _position += 2;
        var kind = _text[_position - 1];
        switch (char.ToLowerInvariant(kind))
        {
            case 's':
                return CharacterSet.WhiteSpace(isNegated: kind == 'S');
            case 'd':
                return CharacterSet.OfCategories(Categories("Nd"), isNegated: kind == 'D');
            default:
                Expect("{");
                var end = _text.IndexOf('}', _position);
                var name = end > 0 ? _text[_position..end] : throw Wrong("a category without an end");
                var categories = Categories(name);
                _position = end + 1;
                return CharacterSet.OfCategories(categories, isNegated: kind == 'P');
        }
    }

    // The names of Unicode's general categories, in the order of UnicodeCategory.
    private uint Categories(string name)
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
            if (Rune.DecodeFromUtf16(_text.AsSpan(_position), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                throw Wrong("no character");
            }

            _position += length;
            return rune.Value;
        }

        if (IsAtEnd)
        {
            throw Wrong("a backslash at the end");
        }

        var escaped = _text[_position++];
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
        var end = isBraced ? _text.IndexOf('}', _position) : Math.Min(_text.Length, _position + digits);
        if (
            end < 0
            || !int.TryParse(
                _text.AsSpan(_position, end - _position),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var value
            )
            || !Rune.IsValid(value)
        )
        {
            throw Wrong("a code that is no character");
        }

        _position = end + (isBraced ? 1 : 0);
        return value;
    }

    // Unicode's simple case folding adds the long s and the Kelvin sign to the Latin letters.
    private CharacterSet Letter(int value)
    {
        if (!_ignoresCase || !Rune.IsLetter(new Rune(value)))
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

    private bool Skip(string expected)
    {
        if (!_text.AsSpan(_position).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        _position += expected.Length;
        return true;
    }

    private void Expect(string expected)
    {
        if (!Skip(expected))
        {
            throw Wrong($"no '{expected}'");
        }
    }

    private ModelGenException Wrong(string what) =>
        _file.Wrong(
            $"its pattern {TokenizerFile.Show(_text)} has {what} at position {_position}, which is not understood; use the pattern of a "
                + "published tokenizer, such as GPT-2's"
        );
}
