using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>A regular set of texts, as it is composed.</summary>
internal abstract record Expression
{
    /// <summary>The empty text alone.</summary>
    public static readonly Expression Nothing = new Sequence([]);

    /// <summary>One character, whichever.</summary>
    public static readonly Expression Anything = new OneOf(CharacterRanges.All);

    /// <summary>One text.</summary>
    public static Expression Literal(string text) =>
        new Sequence([.. text.EnumerateRunes().Select(static character => new OneOf(CharacterRanges.Of(character.ToString())))]);

    /// <summary>One character of some.</summary>
    public static Expression Among(string characters) => new OneOf(CharacterRanges.Of(characters));

    /// <summary>One character from one to another.</summary>
    public static Expression Between(char first, char last) => new OneOf(CharacterRanges.Of([(first, last)]));

    /// <summary>Parts after each other.</summary>
    public static Expression Join(params IReadOnlyList<Expression> parts) => new Sequence(parts);

    /// <summary>One of several parts.</summary>
    public static Expression AnyOf(params IReadOnlyList<Expression> alternatives) =>
        alternatives is [var only] ? only : new Either(alternatives);

    /// <summary>This, or nothing.</summary>
    public Expression Optional() => new Repeat(this, 0, 1);

    /// <summary>This several times.</summary>
    public Expression Times(int least, int? most) => new Repeat(this, least, most);

    /// <summary>The same with each set of characters replaced.</summary>
    public Expression Replace(Func<CharacterRanges, Expression> characters) =>
        this switch
        {
            OneOf one => characters(one.Characters),
            Sequence all => new Sequence([.. all.Parts.Select(part => part.Replace(characters))]),
            Either any => new Either([.. any.Alternatives.Select(part => part.Replace(characters))]),
            Repeat many => many with { Part = many.Part.Replace(characters) },
            All all => new All([.. all.Parts.Select(part => part.Replace(characters))]),
            _ => throw new InvalidOperationException($"A {GetType().Name} has no characters of its own."),
        };

    /// <summary>One character of a set.</summary>
    public sealed record OneOf(CharacterRanges Characters) : Expression;

    /// <summary>Parts after each other.</summary>
    public sealed record Sequence(IReadOnlyList<Expression> Parts) : Expression;

    /// <summary>One of several.</summary>
    public sealed record Either(IReadOnlyList<Expression> Alternatives) : Expression;

    /// <summary>A part from some number of times to another; null for any number.</summary>
    public sealed record Repeat(Expression Part, int Least, int? Most) : Expression;

    /// <summary>Items in this order with a separator between two of them; those that are not required may be missing.</summary>
    public sealed record Listing(IReadOnlyList<(Expression Item, bool IsRequired)> Items, Expression Separator) : Expression;

    /// <summary>What an automaton accepts.</summary>
    public sealed record Built(ByteAutomaton Automaton) : Expression;

    /// <summary>What is in each of several sets.</summary>
    public sealed record All(IReadOnlyList<Expression> Parts) : Expression;
}
