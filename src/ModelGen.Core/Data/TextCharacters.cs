using System.Buffers;
using System.Text;

namespace ModelGen.Data;

/// <summary>Counts the characters of a text that comes in pieces, and collects the distinct ones.</summary>
internal sealed class TextCharacters
{
    // The UTF-16 code units; halves of surrogate pairs are never marked.
    private readonly bool[] _units = new bool[char.MaxValue + 1];
    private readonly HashSet<Rune> _others = [];

    /// <summary>The length as UTF-16, as in a string.</summary>
    public long Length { get; private set; }

    /// <summary>The length as UTF-8.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of Unicode scalar values.</summary>
    public long Count { get; private set; }

    /// <summary>The distinct characters, in ascending order.</summary>
    public Rune[] Distinct() => [.. Enumerable.Range(0, _units.Length).Where(unit => _units[unit]).Select(Of), .. _others.Order()];

    /// <summary>Adds the next piece.</summary>
    /// <param name="piece">Whole characters.</param>
    /// <exception cref="ModelGenException">The piece has half of a surrogate pair.</exception>
    public void Add(ReadOnlySpan<char> piece)
    {
        var pairs = 0;
        for (var position = 0; position < piece.Length; position++)
        {
            var unit = piece[position];
            if (!char.IsSurrogate(unit))
            {
                _units[unit] = true;
                continue;
            }

            if (Rune.DecodeFromUtf16(piece[position..], out var rune, out _) != OperationStatus.Done)
            {
                throw new ModelGenException(
                    $"The text has half of a surrogate pair at position {Length + position}, which is not a character; remove it."
                );
            }

            _others.Add(rune);
            pairs++;
            position++;
        }

        Length += piece.Length;
        Bytes += Encoding.UTF8.GetByteCount(piece);
        Count += piece.Length - pairs;
    }

    /// <summary>Adds everything that another text holds.</summary>
    /// <param name="more">The other text.</param>
    public void Add(TextCharacters more)
    {
        for (var unit = 0; unit < _units.Length; unit++)
        {
            _units[unit] |= more._units[unit];
        }

        _others.UnionWith(more._others);
        Length += more.Length;
        Bytes += more.Bytes;
        Count += more.Count;
    }

    private static Rune Of(int unit) => new(unit);
}
