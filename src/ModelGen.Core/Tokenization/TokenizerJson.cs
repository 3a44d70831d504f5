using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>Reads <c>tokenizer.json</c>, the format of Hugging Face's tokenizers.</summary>
internal sealed class TokenizerJson
{
    private readonly TokenizerFile _file;
    private readonly JsonElement _root;
    private readonly JsonElement _model;

    private TokenizerJson(JsonElement root, TokenizerFile file)
    {
        (_root, _file) = (root, file);
        _model = Get(root, "model") is { ValueKind: JsonValueKind.Object } model
            ? model
            : throw file.Wrong("it has no object 'model'; expected a 'tokenizer.json' of Hugging Face's tokenizers");
    }

    /// <summary>Parses JSON, with or without a byte-order mark.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, TokenizerFile file)
    {
        try
        {
            return JsonDocument.Parse(json.Span.StartsWith(System.Text.Encoding.UTF8.Preamble) ? json[3..] : json);
        }
        catch (JsonException exception)
        {
            throw file.Wrong(
                $"it is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} cannot be read",
                exception
            );
        }
    }

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="root">The object.</param>
    /// <param name="file">Where it comes from.</param>
    /// <param name="mayLeaveIds">Whether a byte-pair encoding may leave ids unused, as those in checkpoints do.</param>
    public static Tokenizer Read(JsonElement root, TokenizerFile file, bool mayLeaveIds = false)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw file.Wrong("it is no JSON object; expected a 'tokenizer.json' of Hugging Face's tokenizers");
        }

        var reader = new TokenizerJson(root, file);
        return reader.TypeOf(reader._model) switch
        {
            "BPE" => reader.ReadBpe(mayLeaveIds),
            "WordPiece" => reader.ReadWordPiece(),
            "Unigram" => reader.ReadUnigram(),
            var other => throw file.Wrong($"its model is of type {TokenizerFile.Show(other)}; expected BPE, WordPiece or Unigram"),
        };
    }

    /// <summary>Ids by text, each text and each id once.</summary>
    public static IEnumerable<KeyValuePair<string, int>> Ids(JsonElement element, string what, TokenizerFile file)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw file.Wrong($"{what} is {Kind(element)}; expected an object of ids by token");
        }

        var texts = new HashSet<string>();
        foreach (var property in element.EnumerateObject())
        {
            var text = Name(property, file);
            yield return texts.Add(text)
                ? new(text, Id(property.Value, text, file))
                : throw file.Wrong($"the token {TokenizerFile.Show(text)} stands twice in {what}");
        }
    }

    private static int Id(JsonElement element, string text, TokenizerFile file) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id)
            ? id
            : throw file.Wrong($"the id of the token {TokenizerFile.Show(text)} is no whole number");

    // A property whose name has half of a surrogate pair cannot be read as a string.
    private static string Name(JsonProperty property, TokenizerFile file)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw file.Wrong("a token has half of a surrogate pair", exception);
        }
    }

    private static string Kind(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Undefined => "missing",
            JsonValueKind.Null => "null",
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            _ => "true or false",
        };

    private static JsonElement Get(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static bool IsNothing(JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    private BpeTokenizer ReadBpe(bool mayLeaveIds)
    {
        RefuseUnless(IsNothing(Get(_root, "normalizer")) || IsEmptySequence(Get(_root, "normalizer")), "a normalizer", "normalizer");
        RefuseUnless(Get(_model, "dropout") is var dropout && (IsNothing(dropout) || IsZero(dropout)), "dropout", "model");
        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            RefuseUnless(IsNothing(Get(_model, key)) || Text(Get(_model, key), key).Length == 0, $"'{key}'", "model");
        }

        var patterns = new List<SplitPattern>();
        if (!ReadPreTokenizer(Get(_root, "pre_tokenizer"), patterns))
        {
            throw _file.Wrong("its pre-tokenizer has no part of type ByteLevel; expected byte-level BPE, such as GPT-2's");
        }

        var vocabulary = new BpeVocabulary(_file, mayLeaveIds);
        vocabulary.Add(Get(_model, "vocab"));
        var merges = Get(_model, "merges");
        if (merges.ValueKind != JsonValueKind.Array)
        {
            throw _file.Wrong($"the list of merges is {Kind(merges)}; a model of type BPE has one");
        }

        var number = 0;
        foreach (var merge in merges.EnumerateArray())
        {
            number++;
            string?[] parts =
                merge.ValueKind == JsonValueKind.String ? Text(merge, "a merge").Split(' ')
                : merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2
                    ? [.. merge.EnumerateArray().Select(part => Text(part, "a part of a merge"))]
                : [];
            vocabulary.AddMerge(parts, $"number {number}", _file);
        }

        vocabulary.Add(AddedTokens());
        return vocabulary.Create(patterns, Flag(_model, "ignore_merges", false), othersAreSpecial: false);
    }

    private WordPieceTokenizer ReadWordPiece()
    {
        var normalizer = Get(_root, "normalizer");
        RefuseUnless(TypeOf(normalizer) is null or "BertNormalizer", "a type other than BertNormalizer", "normalizer");
        RefuseUnless(TypeOf(Get(_root, "pre_tokenizer")) == "BertPreTokenizer", "a type other than BertPreTokenizer", "pre-tokenizer");
        var isPrepared = !IsNothing(normalizer);
        var lowersCase = isPrepared && Flag(normalizer, "lowercase", true);
        var ids = Ids(Get(_model, "vocab"), "the vocabulary", _file).ToDictionary(static token => token.Key, static token => token.Value);
        var specials = AddedTokens();
        foreach (var (text, id) in specials)
        {
            if (!ids.TryAdd(text, id) && ids[text] != id)
            {
                throw _file.Wrong(
                    $"the token {TokenizerFile.Show(text)} has the id {ids[text]} in the vocabulary and {id} among the added tokens"
                );
            }
        }

        var longest = Get(_model, "max_input_chars_per_word");
        return new WordPieceTokenizer(
            new WordPieceModel
            {
                Tokens = InOrder(ids),
                Specials = specials,
                LowersCase = lowersCase,
                StripsAccents = isPrepared && Flag(normalizer, "strip_accents", lowersCase),
                CleansText = isPrepared && Flag(normalizer, "clean_text", true),
                SplitsChinese = isPrepared && Flag(normalizer, "handle_chinese_chars", true),
                Unknown = IsNothing(Get(_model, "unk_token")) ? "[UNK]" : Text(Get(_model, "unk_token"), "'unk_token'"),
                Prefix = IsNothing(Get(_model, "continuing_subword_prefix"))
                    ? "##"
                    : Text(Get(_model, "continuing_subword_prefix"), "'continuing_subword_prefix'"),
                LongestWord =
                    IsNothing(longest) ? 100
                    : longest.ValueKind == JsonValueKind.Number && longest.TryGetInt32(out var number) && number is > 0 and <= 10_000
                        ? number
                    : throw _file.Wrong("'max_input_chars_per_word' is no whole number from 1 to 10000"),
            },
            _file
        );
    }

    private UnigramTokenizer ReadUnigram()
    {
        var list = Get(_model, "vocab");
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw _file.Wrong($"the vocabulary is {Kind(list)}; a model of type Unigram has a list of pieces and scores");
        }

        var fallsBack = Flag(_model, "byte_fallback", false);
        var unknown = Get(_model, "unk_id");
        var unknownId = unknown.ValueKind == JsonValueKind.Number && unknown.TryGetInt32(out var number) ? number : UnigramTrie.None;
        var added = AddedTokens();
        var pieces = new List<UnigramPiece>();
        foreach (var entry in list.EnumerateArray())
        {
            var id = pieces.Count;
            var isPair =
                entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() == 2 && entry[1].ValueKind == JsonValueKind.Number;
            var text = isPair ? Text(entry[0], "a piece") : "";
            if (text.Length == 0 || !entry[1].TryGetDouble(out var score) || !double.IsFinite(score))
            {
                throw _file.Wrong($"its piece {id} is not a text and a finite score");
            }

            var kind =
                id == unknownId ? UnigramPieceKind.Unknown
                : added.ContainsKey(text) ? UnigramPieceKind.Control
                : fallsBack && UnigramTokenizer.ByteOf(text) is not null ? UnigramPieceKind.Byte
                : UnigramPieceKind.Normal;
            pieces.Add(new UnigramPiece(text, score, kind));
        }

        foreach (var (text, id) in added.OrderBy(static token => token.Value))
        {
            if (id == pieces.Count)
            {
                pieces.Add(new UnigramPiece(text, 0, UnigramPieceKind.Control));
            }
            else if (id < 0 || id > pieces.Count || pieces[id].Text != text)
            {
                throw _file.Wrong($"the added token {TokenizerFile.Show(text)} has the id {id}, which is not its piece or the next");
            }
        }

        var (rules, joins) = ReadUnigramNormalizer();
        var (addsSpace, trims) = ReadMetaspace(Get(_root, "pre_tokenizer"));
        return new UnigramTokenizer(
            new UnigramModel
            {
                Pieces = [.. pieces],
                Unknown = SentencePieceFile.UnknownOf(pieces, _file),
                Specials = added,
                Rules = rules,
                AddsSpace = addsSpace,
                JoinsSpaces = joins || trims,
                TrimsSpaces = trims,
                SplitsWords = true,
                FallsBackToBytes = fallsBack,
            },
            _file
        );
    }

    /// <summary>Reads the replacements of characters, and whether several spaces become one.</summary>
    private (byte[] Rules, bool JoinsSpaces) ReadUnigramNormalizer()
    {
        var normalizer = Get(_root, "normalizer");
        JsonElement[] parts =
            IsNothing(normalizer) ? []
            : TypeOf(normalizer) == "Sequence" && Get(normalizer, "normalizers") is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray()]
            : [normalizer];
        var (rules, joins) = ((byte[])[], false);
        foreach (var part in parts)
        {
            switch (TypeOf(part))
            {
                case "Precompiled" when !joins && rules.Length == 0:
                    var map = Get(part, "precompiled_charsmap");
                    if (map.ValueKind != JsonValueKind.String || !map.TryGetBytesFromBase64(out var bytes))
                    {
                        throw _file.Wrong("'precompiled_charsmap' is not base 64");
                    }

                    rules = bytes;
                    break;
                case "Replace"
                    when Get(Get(part, "pattern"), "Regex") is { ValueKind: JsonValueKind.String } regex
                        && Text(regex, "'Regex'") == " {2,}"
                        && Text(Get(part, "content"), "'content'") == " ":
                    joins = true;
                    break;
                case var other:
                    throw _file.Wrong(
                        $"its normalizer has a part of type {TokenizerFile.Show(other)} that ModelGen does not do; expected Precompiled "
                            + "and a Replace of several spaces by one"
                    );
            }
        }

        return (rules, joins);
    }

    /// <summary>Reads whether a space is put before the text, and whether white space is removed at its ends.</summary>
    private (bool AddsSpace, bool Trims) ReadMetaspace(JsonElement element)
    {
        var trims = false;
        if (TypeOf(element) == "Sequence" && Get(element, "pretokenizers") is { ValueKind: JsonValueKind.Array } parts)
        {
            RefuseUnless(
                parts.GetArrayLength() == 2 && TypeOf(parts[0]) == "WhitespaceSplit",
                "parts other than WhitespaceSplit and Metaspace",
                "pre-tokenizer"
            );
            (trims, element) = (true, parts[1]);
        }

        RefuseUnless(TypeOf(element) == "Metaspace", $"the type {TokenizerFile.Show(TypeOf(element))}", "pre-tokenizer");
        var replacement = Get(element, "replacement");
        RefuseUnless(IsNothing(replacement) || Text(replacement, "'replacement'") == "\u2581", "another sign for spaces", "pre-tokenizer");
        RefuseUnless(Flag(element, "split", true), "'split: false'", "pre-tokenizer");
        var scheme = Get(element, "prepend_scheme");
        var isAlways = IsNothing(scheme) ? Flag(element, "add_prefix_space", true) : Text(scheme, "'prepend_scheme'") == "always";
        RefuseUnless(
            isAlways || IsNothing(scheme) || Text(scheme, "'prepend_scheme'") == "never",
            "a 'prepend_scheme' other than always or never",
            "pre-tokenizer"
        );
        RefuseUnless(isAlways || !trims, "WhitespaceSplit without spaces before words", "pre-tokenizer");
        return (isAlways, trims);
    }

    /// <summary>Tokens by their ids, which go from 0 on without a gap.</summary>
    private string[] InOrder(Dictionary<string, int> ids)
    {
        var tokens = new string[ids.Count];
        foreach (var (text, id) in ids)
        {
            if (text.Length == 0)
            {
                throw _file.Wrong($"the token with the id {id} is empty");
            }

            if (id < 0 || id >= tokens.Length || tokens[id] is not null)
            {
                throw _file.Wrong(
                    $"the token {TokenizerFile.Show(text)} has the id {id}; {tokens.Length} tokens have the ids 0 to {tokens.Length - 1}, "
                        + "each once"
                );
            }

            tokens[id] = text;
        }

        return tokens;
    }

    private static bool IsEmptySequence(JsonElement element) =>
        Get(element, "normalizers") is { ValueKind: JsonValueKind.Array } parts && parts.GetArrayLength() == 0;

    private static bool IsZero(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && number == 0;

    /// <summary>Reads what cuts text into words.</summary>
    /// <returns>Whether it has a part that turns words into bytes.</returns>
    private bool ReadPreTokenizer(JsonElement element, List<SplitPattern> patterns)
    {
        switch (TypeOf(element))
        {
            case "Sequence":
                var parts = Get(element, "pretokenizers");
                if (parts.ValueKind != JsonValueKind.Array)
                {
                    throw _file.Wrong($"the list of pre-tokenizers is {Kind(parts)}; a sequence has one");
                }

                var isByteLevel = false;
                foreach (var part in parts.EnumerateArray())
                {
                    RefuseUnless(!isByteLevel, "a part after ByteLevel", "pre-tokenizer");
                    isByteLevel = ReadPreTokenizer(part, patterns);
                }

                return isByteLevel;
            case "ByteLevel":
                RefuseUnless(!Flag(element, "add_prefix_space", true), "'add_prefix_space', which changes the text,", "pre-tokenizer");
                if (Flag(element, "use_regex", true))
                {
                    patterns.Add(BpeTokenizer.Gpt2);
                }

                return true;
            case "Split":
                var behavior = Text(Get(element, "behavior"), "'behavior'");
                var isInverted = Flag(element, "invert", false);
                RefuseUnless(
                    (behavior, isInverted) is ("Isolated", false) or ("Removed", true),
                    $"the behavior '{behavior}'",
                    "pre-tokenizer"
                );
                var regex = Get(Get(element, "pattern"), "Regex");
                RefuseUnless(!IsNothing(regex), "a pattern other than a Regex", "pre-tokenizer");
                patterns.Add(SplitPattern.Parse(Text(regex, "'Regex'"), _file));
                return false;
            case "Digits":
                patterns.Add(SplitPattern.Parse(Flag(element, "individual_digits", false) ? @"\p{N}" : @"\p{N}+", _file));
                return false;
            case var other:
                throw _file.Wrong(
                    $"its pre-tokenizer is of type {TokenizerFile.Show(other)}; expected ByteLevel, Split, Digits or a Sequence"
                );
        }
    }

    private Dictionary<string, int> AddedTokens()
    {
        var tokens = new Dictionary<string, int>();
        var list = Get(_root, "added_tokens");
        if (IsNothing(list))
        {
            return tokens;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw _file.Wrong($"'added_tokens' is {Kind(list)}; expected a list");
        }

        foreach (var token in list.EnumerateArray())
        {
            var text = Text(Get(token, "content"), "the content of an added token");
            foreach (var key in (string[])["single_word", "lstrip", "rstrip"])
            {
                RefuseUnless(!Flag(token, key, false), $"'{key}'", $"added token {TokenizerFile.Show(text)}");
            }

            if (!tokens.TryAdd(text, Id(Get(token, "id"), text, _file)))
            {
                throw _file.Wrong($"the token {TokenizerFile.Show(text)} stands twice among the added tokens");
            }
        }

        return tokens;
    }

    private string? TypeOf(JsonElement element) => IsNothing(element) ? null : Text(Get(element, "type"), "'type'");

    private bool Flag(JsonElement element, string key, bool usual) =>
        Get(element, key).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Undefined or JsonValueKind.Null => usual,
            _ => throw _file.Wrong($"'{key}' is {Kind(Get(element, key))}; expected true or false"),
        };

    private string Text(JsonElement element, string what)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String
                ? element.GetString()!
                : throw _file.Wrong($"{what} is {Kind(element)}; expected a text");
        }
        catch (InvalidOperationException exception)
        {
            throw _file.Wrong($"{what} has half of a surrogate pair", exception);
        }
    }

    private void RefuseUnless(bool isKnown, string what, string where)
    {
        if (!isKnown)
        {
            throw _file.Wrong($"its {where} has {what}, which ModelGen does not do");
        }
    }
}
