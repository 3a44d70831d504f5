using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelGen.Compiler.Files;

namespace ModelGen.Tokenization;

/// <summary>The files of tiktoken, and the form in which checkpoints hold what was read from them.</summary>
internal static class TiktokenFormat
{
    public const string Kind = "tiktoken";

    /// <summary>Reads the text of a file.</summary>
    public static BpeTokenizer Parse(TokenizerFile file, string text, string pattern, IReadOnlyDictionary<string, int> specials) =>
        Create(file, ParseRanks(file, text), pattern, specials);

    /// <summary>Reads the tokens of a file by their ranks, which go from 0 on without a gap.</summary>
    public static Dictionary<int, byte[]> ParseRanks(TokenizerFile file, string text)
    {
        var tokens = new Dictionary<int, byte[]>();
        var texts = new HashSet<string>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsEmpty)
            {
                continue;
            }

            var space = line.IndexOf(' ');
            var bytes = space > 0 ? Decode(line[..space]) : null;
            if (bytes is null || !int.TryParse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var rank))
            {
                throw file.Wrong($"its line {number} is not a token in base 64, a space and its rank");
            }

            if (!tokens.TryAdd(rank, bytes) || !texts.Add(ByteLevelAlphabet.Write(bytes)))
            {
                throw file.Wrong($"the token or the rank {rank} on its line {number} stands there twice");
            }
        }

        for (var rank = 0; rank < tokens.Count; rank++)
        {
            if (!tokens.ContainsKey(rank))
            {
                throw file.Wrong($"none of its {tokens.Count} tokens has the rank {rank}; ranks go from 0 on without a gap");
            }
        }

        return tokens;
    }

    /// <summary>What a checkpoint holds.</summary>
    public static string Serialize(BpeModel model)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("kind", Kind);
            json.WriteString("pattern", model.Patterns[0].Text);
            json.WriteStartObject("special");
            foreach (var (text, id) in model.Specials)
            {
                json.WriteNumber(text, id);
            }

            json.WriteEndObject();
            var specials = model.Specials.Values.ToHashSet();
            var lines = new StringBuilder();
            for (var id = 0; id < model.Tokens.Length; id++)
            {
                if (model.Tokens[id].Length > 0 && !specials.Contains(id))
                {
                    lines.Append(CultureInfo.InvariantCulture, $"{Convert.ToBase64String(model.Tokens[id])} {id}\n");
                }
            }

            json.WriteString("ranks", lines.ToString());
            json.WriteEndObject();
        }

        return SpecialTokenRoles.Append(stream, model.Roles);
    }

    private static byte[]? Decode(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Convert.TryFromBase64Chars(base64, bytes, out var count) && count > 0 ? bytes[..count] : null;
    }

    private static BpeTokenizer Create(
        TokenizerFile file,
        Dictionary<int, byte[]> ranks,
        string pattern,
        IReadOnlyDictionary<string, int> specials
    )
    {
        var size = ranks.Count;
        foreach (var (text, id) in specials.OrderBy(static token => token.Value))
        {
            if (TokenizerFit.OutsideRanks(text, id, ranks.Count, specials.Count) is { } problem)
            {
                throw file.Wrong(problem);
            }

            size = id + 1;
        }

        var tokens = new byte[size][];
        for (var id = 0; id < size; id++)
        {
            tokens[id] = ranks.GetValueOrDefault(id, []);
        }

        foreach (var (text, id) in specials)
        {
            tokens[id] =
                tokens[id].Length == 0
                    ? Encoding.UTF8.GetBytes(text)
                    : throw file.Wrong($"the id {id} of the special token {TokenizerFile.Show(text)} is that of another, too");
        }

        return new BpeTokenizer(
            new BpeModel
            {
                Tokens = tokens,
                Specials = new Dictionary<string, int>(specials),
                Patterns = [SplitPattern.Parse(pattern, file)],
                TakesWholeWords = true,
            },
            file
        );
    }
}
