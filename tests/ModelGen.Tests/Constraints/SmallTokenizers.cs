using System.Text;
using ModelGen.Data;
using ModelGen.Tests.Tokenization;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Constraints;

/// <summary>A tokenizer of each kind, with few tokens.</summary>
internal static class SmallTokenizers
{
    private const string Text = "aab abba baba ab, abab. aaa bbb ba 0110 {\"a\": [1, 0]}";

    private static readonly (string Text, float Score, int Kind)[] Pieces =
    [
        ("<unk>", 0, 2),
        ("</s>", 0, 3),
        ("▁", -3, 1),
        ("▁a", -3, 1),
        ("a", -4, 1),
        ("b", -4, 1),
        ("ab", -4, 1),
        ("bb▁", -5, 1),
    ];

    /// <summary>What there are.</summary>
    public static IReadOnlyList<string> Kinds => ["bytes", "characters", "bpe", "wordpiece", "unigram", "unigram with bytes"];

    /// <summary>A tokenizer of a kind.</summary>
    public static Tokenizer Create(string kind)
    {
        using var folder = new TemporaryFolder();
        return kind switch
        {
            "bytes" => new ByteTokenizer((SpecialTokenRole.End, "<end>")),
            "characters" => CharacterTokenizer.FromText(Text, 30, (SpecialTokenRole.End, "<end>")),
            "bpe" => BpeTokenizer.FromText(TextCorpus.FromText(Text), 265, [(SpecialTokenRole.End, "<end>")]),
            "wordpiece" => Tokenizer.Read(
                folder.Write("vocab.txt", Encoding.UTF8.GetBytes("[UNK]\n[SEP]\na\nb\n##a\n##b\nab\n##ab\nabb\n"))
            ),
            "unigram" => Tokenizer.Read(folder.Write("some.model", SentencePieceMessage.Model(Pieces))),
            _ => Tokenizer.Read(
                folder.Write(
                    "some.model",
                    SentencePieceMessage.Model(
                        [.. Pieces, .. Enumerable.Range(0, 256).Select(static value => ($"<0x{value:X2}>", 0f, 6))],
                        fallsBack: true
                    )
                )
            ),
        };
    }
}
