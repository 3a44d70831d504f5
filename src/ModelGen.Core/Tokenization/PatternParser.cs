namespace ModelGen.Tokenization;

/// <summary>Reads the regular expressions that <see cref="SplitPattern"/> knows.</summary>
internal sealed class PatternParser : PatternReader
{
    private const int MostCharacters = 10_000;
    private const int MostNesting = 32;
    private const int MostAlternatives = 64;

    private readonly TokenizerFile _file;
    private int _nesting;

    private PatternParser(string text, TokenizerFile file)
        : base(text) => _file = file;

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
        while (!IsAtEnd && Text[Position] != ')')
        {
            if (Text[Position] == '|')
            {
                Position++;
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
            var isNegated = Text[Position - 1] == '!';
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
        var outer = IgnoresCase;
        if (Skip("?i:"))
        {
            IgnoresCase = true;
        }
        else if (!IsAtEnd && Text[Position] == '?' && !Skip("?:"))
        {
            throw Wrong("a group of a kind that is not known");
        }

        var alternatives = ReadAlternatives();
        Expect(")");
        IgnoresCase = outer;
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
                : !IsAtEnd && Text[Position] == '}' ? int.MaxValue
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

    protected override ModelGenException Wrong(string what) =>
        _file.Wrong(
            $"its pattern {TokenizerFile.Show(Text)} has {what} at position {Position}, which is not understood; use the pattern of a "
                + "published tokenizer, such as GPT-2's"
        );
}
