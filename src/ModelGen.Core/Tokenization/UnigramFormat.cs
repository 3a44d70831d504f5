using System.Text;
using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>The form in which checkpoints hold a <see cref="UnigramModel"/>.</summary>
internal static class UnigramFormat
{
    public static string Serialize(UnigramModel model)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("kind", UnigramTokenizer.Kind);
            json.WriteBoolean("adds-space", model.AddsSpace);
            json.WriteBoolean("joins-spaces", model.JoinsSpaces);
            json.WriteBoolean("trims-spaces", model.TrimsSpaces);
            json.WriteBoolean("splits-words", model.SplitsWords);
            json.WriteBoolean("falls-back-to-bytes", model.FallsBackToBytes);
            json.WriteBase64String("rules", model.Rules);
            json.WriteStartObject("special");
            foreach (var (text, id) in model.Specials)
            {
                json.WriteNumber(text, id);
            }

            json.WriteEndObject();
            json.WriteStartArray("pieces");
            foreach (var (text, score, kind) in model.Pieces)
            {
                json.WriteStartArray();
                json.WriteStringValue(text);
                json.WriteNumberValue(score);
                json.WriteNumberValue((int)kind);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return SpecialTokenRoles.Append(stream, model.Roles);
    }

    /// <exception cref="KeyNotFoundException">A key is missing.</exception>
    /// <exception cref="InvalidOperationException">A value is of another type.</exception>
    /// <exception cref="FormatException">A value cannot be read.</exception>
    public static UnigramTokenizer Parse(JsonElement root)
    {
        var file = TokenizerFile.Checkpoint;
        UnigramPiece[] pieces =
        [
            .. root.GetProperty("pieces")
                .EnumerateArray()
                .Select(static piece => new UnigramPiece(
                    piece[0].GetString() ?? "",
                    piece[1].GetDouble(),
                    (UnigramPieceKind)piece[2].GetInt32()
                )),
        ];
        var specials = new Dictionary<string, int>(TokenizerJson.Ids(root.GetProperty("special"), "the object of special tokens", file));
        if (specials.Values.Any(id => id < 0 || id >= pieces.Length))
        {
            throw file.Wrong("the id of a special token is that of no piece");
        }

        return new UnigramTokenizer(
            new UnigramModel
            {
                Pieces = pieces,
                Unknown = SentencePieceFile.UnknownOf(pieces, file),
                Specials = specials,
                Rules = root.GetProperty("rules").GetBytesFromBase64(),
                AddsSpace = root.GetProperty("adds-space").GetBoolean(),
                JoinsSpaces = root.GetProperty("joins-spaces").GetBoolean(),
                TrimsSpaces = root.GetProperty("trims-spaces").GetBoolean(),
                SplitsWords = root.GetProperty("splits-words").GetBoolean(),
                FallsBackToBytes = root.GetProperty("falls-back-to-bytes").GetBoolean(),
            },
            file
        );
    }
}
