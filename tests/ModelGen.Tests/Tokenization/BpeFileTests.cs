using System.Text;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Tokenization;

public class BpeFileTests
{
    // The bytes in the order of GPT-2's files: those that can be printed first.
    private static readonly string[] Bytes =
    [
        .. Enumerable
            .Range('!', '~' - '!' + 1)
            .Concat(Enumerable.Range(0xA1, 12))
            .Concat(Enumerable.Range(0xAE, 82))
            .Select(static value => ((char)value).ToString()),
        .. Enumerable.Range(256, 68).Select(static value => ((char)value).ToString()),
    ];

    [Fact]
    public void AFileAsHuggingFaceWritesItIsRead()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Read(folder, Json());
        Assert.Equal(260, tokenizer.VocabularySize);
        Assert.Equal(259, tokenizer.IdOf(SpecialTokenRole.End));

        // h and e are 71 and 68 in the order of the file, a space is Ġ.
        Assert.Equal([258, 257, 259, 71, 220], tokenizer.Encode(" hehe<|endoftext|>h "));
        Assert.Equal(" hehe<|endoftext|>h ", tokenizer.Decode([258, 257, 259, 71, 220]));
    }

    [Fact]
    public void WhatAFileSaysOfWordsIsDone()
    {
        using var folder = new TemporaryFolder();
        var split = Read(
            folder,
            Json(
                preTokenizer: """
                {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
                {"type":"Split","pattern":{"Regex":"h"},"behavior":"Isolated","invert":false},
                {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}
                """
            )
        );
        Assert.Equal([220, 71, 256, 16], split.Encode(" hee1"));
        Assert.Equal(split.Encode(" he12h"), Tokenizer.Parse(split.Serialize()).Encode(" he12h"));

        // A word that is a token as a whole needs no merges.
        var whole = Read(folder, Json(model: "\"ignore_merges\":true,", merges: """["h e"]"""));
        Assert.Equal([258, 259, 220, 257, 68], whole.Encode(" he<|endoftext|> hee"));
        Assert.Equal(whole.Encode(" he hee"), Tokenizer.Parse(whole.Serialize()).Encode(" he hee"));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "no object 'model'")]
    [InlineData("""{"model":{"type":"Words"}}""", "'Words'")]
    [InlineData("""{"model":{"type":7}}""", "'type' is a number")]
    [InlineData("""{"model":{"type":"BPE"}}""", "pre-tokenizer")]
    [InlineData("""{"model":{"type":"BPE"},"normalizer":{"type":"NFC"}}""", "normalizer")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"Whitespace"}}""", "'Whitespace'")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"ByteLevel"}}""", "add_prefix_space")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":"no"}}""", "true or false")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"Sequence","pretokenizers":{}}}""", "list of pre-tokenizers")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}""", "vocabulary is missing")]
    [InlineData(
        """{"model":{"type":"BPE","vocab":{"a":0}},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}""",
        "merges is missing"
    )]
    [InlineData(
        """{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}""",
        "no token for the byte 0x00"
    )]
    [InlineData(
        """{"model":{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}""",
        "'a' stands twice"
    )]
    [InlineData(
        """{"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}""",
        "surrogate"
    )]
    [InlineData("""{"model":{"type":"BPE","dropout":0.1},"pre_tokenizer":null}""", "dropout")]
    [InlineData("""{"model":{"type":"BPE","end_of_word_suffix":"</w>"},"pre_tokenizer":null}""", "end_of_word_suffix")]
    public void FilesThatAreNoTokenizerAreRefused(string json, string message) => AssertRefused(json, message);

    [Fact]
    public void FilesWithAFaultAreRefused()
    {
        AssertRefused(Json(merges: """["h e"]"""), "no merge makes the token 'Ġhe' with the id 258");
        AssertRefused(Json(merges: """["h e","Ġ he","e e","he h"]"""), "number 4 of its merges needs the token 'heh'");
        AssertRefused(Json(merges: """["h e","Ġ he","e e","x? e"]"""), "needs the token 'x?'");
        AssertRefused(Json(merges: """["h e","Ġ he","e e","h e"]"""), "stands there twice");
        AssertRefused(Json(merges: """["h e","Ġ he","e e","he"]"""), "not two tokens");
        AssertRefused(Json(merges: """["h e","Ġ he","e e",["h"]]"""), "not two tokens");
        AssertRefused(Json(merges: """["h e","Ġ he","e e",["h",1]]"""), "a part of a merge is a number");
        AssertRefused(Json(merges: """{"h":"e"}"""), "list of merges is an object");
        AssertRefused(Json(he: "258"), "is that of another token, too");
        AssertRefused(Json(he: "1000000000"), "has the id 1000000000, but 260 tokens have the ids 0 to 259");
        AssertRefused(Json(he: "-1"), "has the id -1");
        AssertRefused(Json(he: "1.5"), "no whole number");
        AssertRefused(Json(he: "99999999999"), "no whole number");
        AssertRefused(Json(added: """[{"id":259,"content":"<|endoftext|>","lstrip":true}]"""), "'lstrip'");
        AssertRefused(Json(added: """[{"id":258,"content":"<|endoftext|>"}]"""), "259 in the vocabulary and 258 among the added tokens");
        AssertRefused(Json(added: """[{"id":259,"content":"<|endoftext|>"},{"id":260,"content":"<|endoftext|>"}]"""), "stands twice");
        AssertRefused(Json(added: """[{"id":259,"content":"<|endoftext|>"},{"id":300,"content":"<pad>"}]"""), "'<pad>' has the id 300");
        AssertRefused(Json(added: """[{"id":259,"content":"<|endoftext|>"},{"id":260,"content":""}]"""), "at least one character");
        AssertRefused(Json(added: """[{"id":259}]"""), "content of an added token is missing");
        AssertRefused(Json(added: "7"), "'added_tokens' is a number");
        AssertRefused(Json()[..2000], "not JSON: line ");
        AssertRefused(Json(preTokenizer: """{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Isolated"}"""), "'(?<=a)b'");
        AssertRefused(
            Json(preTokenizer: """{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious"}"""),
            "MergedWithPrevious"
        );
    }

    [Fact]
    public void AnyDamageIsRefusedOrHarmless()
    {
        var random = new Random(1);
        var json = Encoding.UTF8.GetBytes(Json());
        var lines = string.Concat(Enumerable.Range(0, 256).Select(static value => $"{Convert.ToBase64String([(byte)value])} {value}\n"));
        for (var round = 0; round < 3000; round++)
        {
            var damaged = json.ToArray();
            var place = random.Next(damaged.Length);
            damaged[place] = (byte)random.Next(256);
            var end = round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length;
            var text = lines.ToCharArray();
            text[random.Next(text.Length)] = (char)random.Next(128);
            try
            {
                using var document = TokenizerJson.Parse(damaged.AsMemory(0, end), TokenizerFile.Unnamed);
                TokenizerJson.Read(document.RootElement, TokenizerFile.Unnamed).Encode(" hehe hee<|endoftext|>");
                var none = new Dictionary<string, int>();
                TiktokenFormat.Parse(TokenizerFile.Unnamed, new string(text), BpeTokenizer.Gpt2Pattern, none).Encode(" hehe");
            }
            catch (ModelGenException exception)
            {
                Assert.InRange(exception.Message.Length, 20, 500);
            }
        }
    }

    [Fact]
    public void AnyPatternIsRefusedOrEnds()
    {
        var random = new Random(2);
        string[] parts =
        [
            "a",
            "b",
            " ",
            "\\s",
            "\\S",
            "\\p{L}",
            "\\p{N}",
            "[^",
            "[",
            "]",
            "(",
            ")",
            "(?:",
            "(?i:",
            "(?!",
            "|",
            "+",
            "*",
            "?",
            "++",
            "{1,3}",
            "$",
            "-",
            "^",
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                SplitPattern.Parse(pattern, TokenizerFile.Unnamed).Match("aab  b1a bA", out _);
            }
            catch (ModelGenException) { }
        }
    }

    [Fact]
    public void FilesTooLargeOrNotThereAreRefused()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder["large.json"]))
        {
            file.SetLength(1L << 30);
        }

        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains("1073741824 bytes", Refused(() => Tokenizer.Read(folder["large.json"])));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 26);
        Assert.Contains("Cannot read the tokenizer", Refused(() => Tokenizer.Read(folder["none.json"])));
        Assert.Contains("Cannot read the tokenizer", Refused(() => BpeTokenizer.ReadGpt2(folder["none.json"], folder["none.bpe"])));
    }

    [Theory]
    [InlineData("IQ==\n", "line 1 is not")]
    [InlineData("IQ== x\n", "line 1 is not")]
    [InlineData("IQ== -1\n", "line 1 is not")]
    [InlineData("!! 0\n", "line 1 is not")]
    [InlineData(" 0\n", "line 1 is not")]
    [InlineData("IQ== 0\nIg== 0\n", "line 2 stands there twice")]
    [InlineData("IQ== 0\nIQ== 1\n", "line 2 stands there twice")]
    [InlineData("IQ== 0\nIg== 2\n", "none of its 2 tokens has the rank 1")]
    [InlineData("IQ== 2000000000\n", "none of its 1 tokens has the rank 0")]
    [InlineData("IQ== 0\n", "no token for the byte 0x00")]
    [InlineData("", "no token for the byte 0x00")]
    public void FilesOfTiktokenWithAFaultAreRefused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.tiktoken", Encoding.UTF8.GetBytes(text));
        var refused = Refused(() => BpeTokenizer.ReadTiktoken(path, BpeTokenizer.Gpt2Pattern));
        Assert.Contains(message, refused);
        Assert.Contains(path, refused);
    }

    [Fact]
    public void SpecialTokensFarFromTheOthersAreRefused()
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 256).Select(static value => $"{Convert.ToBase64String([(byte)value])} {value}\n");
        var path = folder.Write("x.tiktoken", Encoding.UTF8.GetBytes(string.Concat(lines)));
        Assert.Equal(257, Read(256).VocabularySize);
        Assert.Contains("'<e>' has the id 255", Refused(() => Read(255)));
        Assert.Contains("'<e>' has the id 2000000000", Refused(() => Read(2_000_000_000)));
        Assert.Contains("'<e>' has the id -1", Refused(() => Read(-1)));

        BpeTokenizer Read(int id) =>
            BpeTokenizer.ReadTiktoken(path, BpeTokenizer.Gpt2Pattern, new Dictionary<string, int> { ["<e>"] = id });
    }

    [Theory]
    [InlineData("h e\nhe\n", "line 2 of its merges is not two tokens")]
    [InlineData("#version: 0.2\nh e\nh e e\n", "line 3 of its merges is not two tokens")]
    [InlineData("h e\nq q\n", "line 2 of its merges needs the token 'qq'")]
    public void MergesOfGpt2WithAFaultAreRefused(string merges, string message)
    {
        using var folder = new TemporaryFolder();
        var vocabulary = folder.Write("encoder.json", Encoding.UTF8.GetBytes(Vocabulary("257")));
        var path = folder.Write("vocab.bpe", Encoding.UTF8.GetBytes(merges));
        var refused = Refused(() => BpeTokenizer.ReadGpt2(vocabulary, path));
        Assert.Contains(message, refused);
        Assert.Contains(path, refused);
    }

    [Fact]
    public void DamagedCheckpointFormsAreRefused()
    {
        Assert.Contains("checkpoint", Refused(() => Tokenizer.Parse("""{"kind":"bpe"}""")));
        Assert.Contains("checkpoint", Refused(() => Tokenizer.Parse("""{"kind":"bpe","tokenizer":{}}""")));
        Assert.Contains("checkpoint", Refused(() => Tokenizer.Parse("""{"kind":"tiktoken"}""")));
        Assert.Contains("checkpoint", Refused(() => Tokenizer.Parse("""{"kind":"tiktoken","pattern":"a","special":{},"ranks":"x"}""")));
        Assert.True(Refused(() => Tokenizer.Parse("{\"kind\":\"" + new string('x', 1_000_000))).Length < 1000);
    }

    private static void AssertRefused(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var refused = Refused(() => Read(folder, json));
        Assert.Contains(message, refused);
        Assert.Contains(folder["tokenizer.json"], refused);
        Assert.DoesNotContain('\n', refused);
    }

    private static string Refused(Func<object> action) => Assert.Throws<ModelGenException>(action).Message;

    private static Tokenizer Read(TemporaryFolder folder, string json) =>
        Tokenizer.Read(folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json)));

    private static string Json(
        string merges = """["h e",["Ġ","he"],"e e"]""",
        string preTokenizer = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""",
        string added =
            """
                [{"id":259,"content":"<|endoftext|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}]
                """,
        string model = "",
        string he = "257"
    ) =>
        $$"""
            {"version":"1.0","truncation":null,"padding":null,"normalizer":null,"post_processor":null,"added_tokens":{{added}},
            "pre_tokenizer":{{preTokenizer}},
            "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
            "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,
            "fuse_unk":false,"byte_fallback":false,{{model}}"vocab":{{Vocabulary(he)}},"merges":{{merges}} } }
            """;

    private static string Vocabulary(string he) =>
        "{"
        + string.Concat(Bytes.Select(static (text, id) => $"{System.Text.Json.JsonSerializer.Serialize(text)}:{id},"))
        + $"\"Ġhe\":258,\"he\":{he},\"ee\":256,\"<|endoftext|>\":259}}";
}
