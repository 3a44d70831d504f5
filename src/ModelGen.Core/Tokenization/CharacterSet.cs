using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>A set of characters (Unicode scalar values), as a class of a regular expression denotes it.</summary>
internal sealed class CharacterSet
{
    private static readonly ConcurrentDictionary<(uint Categories, bool IsWhiteSpace), CharacterRanges> KnownProperties = new();

    private readonly Part[] _parts;
    private readonly bool _isNegated;

    private readonly bool[] _ascii = new bool[128];

    private CharacterSet(IEnumerable<Part> parts, bool isNegated)
    {
        _parts = [.. parts];
        _isNegated = isNegated;
        for (var value = 0; value < 128; value++)
        {
            _ascii[value] = _parts.Any(part => part.Contains(value)) != _isNegated;
            Ascii |= _ascii[value] ? UInt128.One << value : 0;
        }
    }

    /// <summary>The members below U+0080: bit n for U+n.</summary>
    public UInt128 Ascii { get; }

    /// <summary>All characters of general categories, a bit for each <see cref="UnicodeCategory"/>, or all others.</summary>
    public static CharacterSet OfCategories(uint categories, bool isNegated) => new([new Part { Categories = categories }], isNegated);

    /// <summary>All characters with the property White_Space, or all others.</summary>
    public static CharacterSet WhiteSpace(bool isNegated) => new([new Part { IsWhiteSpace = true }], isNegated);

    /// <summary>The characters from one to another.</summary>
    public static CharacterSet Range(int first, int last) => new([new Part { First = first, Last = last }], isNegated: false);

    /// <summary>The characters of any of some sets, or all others.</summary>
    public static CharacterSet Union(IEnumerable<CharacterSet> sets, bool isNegated) =>
        new(sets.Select(static set => new Part { Set = set }), isNegated);

    /// <summary>The same characters as ranges.</summary>
    public CharacterRanges ToRanges()
    {
        var ranges = CharacterRanges.Of(_parts.SelectMany(static part => part.Ranges().Parts));
        return _isNegated ? ranges.Complement() : ranges;
    }

    public bool ContainsAscii(char value) => _ascii[value];

    public bool Contains(int value)
    {
        if (value < 128)
        {
            return _ascii[value];
        }

        foreach (var part in _parts)
        {
            if (part.Contains(value))
            {
                return !_isNegated;
            }
        }

        return _isNegated;
    }

    private readonly struct Part()
    {
        public uint Categories { get; init; }

        public bool IsWhiteSpace { get; init; }

        public int First { get; init; } = int.MaxValue;

        public int Last { get; init; } = -1;

        public CharacterSet? Set { get; init; }

        // Asking each character takes some 20 ms, and few properties are asked for.
        public CharacterRanges Ranges() =>
            Set?.ToRanges()
            ?? (
                Last >= First
                    ? CharacterRanges.Of([(First, Last)])
                    : KnownProperties.GetOrAdd((Categories, IsWhiteSpace), static (_, part) => CharacterRanges.Where(part.Contains), this)
            );

        public bool Contains(int value) =>
            Set?.Contains(value)
            ?? (
                (value >= First && value <= Last)
                || (Categories != 0 && (Categories >> (int)CharUnicodeInfo.GetUnicodeCategory(value) & 1) != 0)
                || (IsWhiteSpace && Rune.IsWhiteSpace(new Rune(value)))
            );
    }
}
