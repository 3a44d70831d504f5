using System.Buffers.Binary;
using System.Text;

namespace ModelGen.Tests.Tokenization;

/// <summary>Writes models of SentencePiece: messages of protocol buffers.</summary>
internal sealed class SentencePieceMessage
{
    private readonly List<byte> _bytes = [];

    public static byte[] Model(
        IEnumerable<(string Text, float Score, int Kind)> pieces,
        int type = 1,
        bool fallsBack = false,
        bool addsSpace = true,
        bool removesSpaces = true,
        byte[]? rules = null,
        int unknown = 0
    )
    {
        var model = new SentencePieceMessage();
        foreach (var (text, score, kind) in pieces)
        {
            model.Add(
                1,
                new SentencePieceMessage().Add(1, Encoding.UTF8.GetBytes(text)).Add(2, score).Add(3, (ulong)kind)._bytes.ToArray()
            );
        }

        var trainer = new SentencePieceMessage().Add(3, (ulong)type).Add(35, fallsBack ? 1UL : 0).Add(40, (ulong)unknown);
        var normalizer = new SentencePieceMessage().Add(1, "rules"u8.ToArray());
        if (rules is not null)
        {
            normalizer.Add(2, rules);
        }

        normalizer.Add(3, addsSpace ? 1UL : 0).Add(4, removesSpaces ? 1UL : 0).Add(5, 1);
        return [.. model.Add(2, [.. trainer._bytes]).Add(3, [.. normalizer._bytes])._bytes];
    }

    /// <summary>The compiled form of replacements: a double-array trie as Darts-clone lays it out, then texts that end with NUL.</summary>
    public static byte[] Rules(params (string From, string To)[] rules)
    {
        var units = new uint[1 << 12];
        var used = new HashSet<int> { 0 };
        var starts = new HashSet<int>();
        var texts = new List<byte>();
        var keys = rules.Select(rule =>
        {
            var place = texts.Count;
            texts.AddRange([.. Encoding.UTF8.GetBytes(rule.To), 0]);
            return (Key: Encoding.UTF8.GetBytes(rule.From), Place: place);
        });
        Place(0, 0, [.. keys]);
        var bytes = new byte[4 + (4 * units.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 4 * units.Length);
        for (var index = 0; index < units.Length; index++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 + (4 * index)), units[index]);
        }

        return [.. bytes, .. texts];

        void Place(int node, int depth, List<(byte[] Key, int Place)> below)
        {
            var children = below.Where(entry => entry.Key.Length > depth).GroupBy(entry => entry.Key[depth]).ToList();
            var ends = below.Where(entry => entry.Key.Length == depth).ToList();
            var labels = children.Select(static child => (int)child.Key).Concat(ends.Select(static _ => 0)).ToList();
            var start = Enumerable
                .Range(1, units.Length - 257)
                .First(start => !starts.Contains(start) && labels.TrueForAll(label => !used.Contains(start ^ label)));
            starts.Add(start);
            used.UnionWith(labels.Select(label => start ^ label));
            units[node] |= ((uint)(node ^ start) << 10) | (ends.Count > 0 ? 0x100u : 0);
            foreach (var end in ends)
            {
                units[start] = (uint)end.Place | 0x8000_0000;
            }

            foreach (var child in children)
            {
                units[start ^ child.Key] = child.Key;
                Place(start ^ child.Key, depth + 1, [.. child]);
            }
        }
    }

    private SentencePieceMessage Add(int field, ulong number)
    {
        AddVarint((ulong)field << 3);
        AddVarint(number);
        return this;
    }

    private SentencePieceMessage Add(int field, float number)
    {
        AddVarint(((ulong)field << 3) | 5);
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
        _bytes.AddRange(bytes);
        return this;
    }

    private SentencePieceMessage Add(int field, byte[] content)
    {
        AddVarint(((ulong)field << 3) | 2);
        AddVarint((ulong)content.Length);
        _bytes.AddRange(content);
        return this;
    }

    private void AddVarint(ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            _bytes.Add((byte)(number | 0x80));
        }

        _bytes.Add((byte)number);
    }
}
