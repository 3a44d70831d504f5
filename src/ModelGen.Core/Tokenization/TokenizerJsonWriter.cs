using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>Writes tokenizers as <c>tokenizer.json</c>, the format of Hugging Face's tokenizers.</summary>
internal static class TokenizerJsonWriter
{
    /// <summary>Writes the tokenizer on one line.</summary>
    public static string Write(BpeModel model)
    {
        using var stream = new MemoryStream();
        Write(stream, model, isIndented: false);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Writes the tokenizer on one line.</summary>
    public static string Write(WordPieceModel model)
    {
        using var stream = new MemoryStream();
        using (var json = Start(stream, model.Specials, isIndented: false))
        {
            json.WriteStartObject("normalizer");
            json.WriteString("type", "BertNormalizer");
            json.WriteBoolean("clean_text", model.CleansText);
            json.WriteBoolean("handle_chinese_chars", model.SplitsChinese);
            json.WriteBoolean("strip_accents", model.StripsAccents);
            json.WriteBoolean("lowercase", model.LowersCase);
            json.WriteEndObject();
            json.WriteStartObject("pre_tokenizer");
            json.WriteString("type", "BertPreTokenizer");
            json.WriteEndObject();
            json.WriteStartObject("model");
            json.WriteString("type", "WordPiece");
            json.WriteString("unk_token", model.Unknown);
            json.WriteString("continuing_subword_prefix", model.Prefix);
            json.WriteNumber("max_input_chars_per_word", model.LongestWord);
            json.WriteStartObject("vocab");
            for (var id = 0; id < model.Tokens.Length; id++)
            {
                json.WriteNumber(model.Tokens[id], id);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Writes the tokenizer.</summary>
    public static void Write(Stream stream, BpeModel model, bool isIndented)
    {
        using var json = Start(stream, model.Specials, isIndented);
        json.WriteNull("normalizer");
        json.WritePropertyName("pre_tokenizer");
        WritePreTokenizer(json, model.Patterns);
        json.WriteNull("post_processor");
        json.WritePropertyName("decoder");
        WriteByteLevel(json, usesPattern: true);
        WriteModel(json, model);
        json.WriteEndObject();
    }

    private static Utf8JsonWriter Start(Stream stream, IReadOnlyDictionary<string, int> specials, bool isIndented)
    {
        var json = new Utf8JsonWriter(
            stream,
            new JsonWriterOptions
            {
                Indented = isIndented,
                NewLine = "\n",
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var (text, id) in specials.OrderBy(static token => token.Value))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", text);
            foreach (var flag in (string[])["single_word", "lstrip", "rstrip", "normalized"])
            {
                json.WriteBoolean(flag, false);
            }

            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return json;
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, IReadOnlyList<SplitPattern> patterns)
    {
        var usesGpt2 = patterns.Count > 0 && patterns[^1].Text == BpeTokenizer.Gpt2Pattern;
        if (usesGpt2 && patterns.Count == 1)
        {
            WriteByteLevel(json, usesPattern: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        foreach (var pattern in patterns.Take(patterns.Count - (usesGpt2 ? 1 : 0)))
        {
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", pattern.Text);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
        }

        WriteByteLevel(json, usesGpt2);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool usesPattern)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", usesPattern);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeModel model)
    {
        var specials = model.Specials.ToDictionary(static token => token.Value, static token => token.Key);
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        foreach (var key in (string[])["dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"])
        {
            json.WriteNull(key);
        }

        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", model.TakesWholeWords);
        json.WriteStartObject("vocab");
        foreach (var id in Enumerable.Range(0, model.Tokens.Length).Where(id => model.Tokens[id].Length > 0))
        {
            json.WriteNumber(specials.TryGetValue(id, out var special) ? special : ByteLevelAlphabet.Write(model.Tokens[id]), id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in model.Merges ?? [.. model.Pairs().Select(static pair => (pair.Left, pair.Right))])
        {
            json.WriteStringValue($"{ByteLevelAlphabet.Write(model.Tokens[left])} {ByteLevelAlphabet.Write(model.Tokens[right])}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
