using System.Text;

namespace ModelGen.Tokenization;

/// <summary>A set of characters (Unicode scalar values, so no surrogates) as ranges: in order, apart from each other, not empty.</summary>
internal sealed class CharacterRanges
{
    private const int LastCharacter = 0x10FFFF;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;

    /// <summary>All characters.</summary>
    public static readonly CharacterRanges All = Of([(0, LastCharacter)]);

    private CharacterRanges((int First, int Last)[] parts) => Parts = parts;

    /// <summary>The ranges, with their ends.</summary>
    public IReadOnlyList<(int First, int Last)> Parts { get; }

    /// <summary>The characters of any of some ranges, which may overlap.</summary>
    public static CharacterRanges Of(IEnumerable<(int First, int Last)> ranges)
    {
        var parts = new List<(int First, int Last)>();
        foreach (var (first, last) in ranges.SelectMany(WithoutSurrogates).OrderBy(static range => range.First))
        {
            if (parts.Count > 0 && first <= parts[^1].Last + 1)
            {
                parts[^1] = (parts[^1].First, Math.Max(parts[^1].Last, last));
            }
            else
            {
                parts.Add((first, last));
            }
        }

        return new CharacterRanges([.. parts]);
    }

    /// <summary>Some characters.</summary>
    public static CharacterRanges Of(string characters) =>
        Of(characters.EnumerateRunes().Select(static character => (character.Value, character.Value)));

    /// <summary>The characters that have a property.</summary>
    public static CharacterRanges Where(Func<int, bool> property)
    {
        var parts = new List<(int First, int Last)>();
        for (var value = 0; value <= LastCharacter; value++)
        {
            if (!Rune.IsValid(value) || !property(value))
            {
                continue;
            }

            if (parts.Count > 0 && parts[^1].Last == value - 1)
            {
                parts[^1] = (parts[^1].First, value);
            }
            else
            {
                parts.Add((value, value));
            }
        }

        return new CharacterRanges([.. parts]);
    }

    /// <summary>Whether a character is in the set.</summary>
    public bool Contains(int value) => Parts.Any(part => value >= part.First && value <= part.Last);

    /// <summary>All other characters.</summary>
    public CharacterRanges Complement()
    {
        var parts = new List<(int First, int Last)>();
        var next = 0;
        foreach (var (first, last) in Parts)
        {
            parts.Add((next, first - 1));
            next = last + 1;
        }

        parts.Add((next, LastCharacter));
        return Of(parts.Where(static part => part.First <= part.Last));
    }

    /// <summary>The characters of this set that are in another one, too.</summary>
    public CharacterRanges Intersect(CharacterRanges other) => Of([.. Complement().Parts, .. other.Complement().Parts]).Complement();

    private static IEnumerable<(int First, int Last)> WithoutSurrogates((int First, int Last) range)
    {
        if (range.First < FirstSurrogate)
        {
            yield return (range.First, Math.Min(range.Last, FirstSurrogate - 1));
        }

        if (range.Last > LastSurrogate)
        {
            yield return (Math.Max(range.First, LastSurrogate + 1), range.Last);
        }
    }
}
