using ModelGen.Answers;
using ModelGen.Chat;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Tests.Answers;

/// <summary>Which tokens are learned, and from what they are predicted.</summary>
public sealed class AnsweredDatasetTests : IDisposable
{
    private const long Ignored = -100;

    private static readonly ByteTokenizer Tokenizer = new((SpecialTokenRole.End, "<end>"), (SpecialTokenRole.Padding, "<pad>"));

    private static readonly ByteTokenizer Asking = new((SpecialTokenRole.Answer, "<answer>"), (SpecialTokenRole.End, "<end>"));

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TheAnswerAndItsEndArePredictedAndThePromptIsNot()
    {
        using var batch = Answers(
            Tokenizer,
            new AnswerLayout { Template = AnswerTemplate.Parse("Q: {prompt}\n") },
            ("hi", "you"),
            ("", "me")
        )
            .Training.Blocks(1)
            .First();
        Assert.Equal("Q: hi\nyou<end>", Shown(batch.Tokens));
        Assert.Equal("Q: hi\nyou", Shown(batch.Inputs));
        Assert.Equal("-----you<end>", Shown(batch.Targets));
        Assert.Equal(4, batch.AnswerTokens);
    }

    [Fact]
    public void ATokenBetweenPromptAndAnswerBelongsToThePrompt()
    {
        using var batch = Answers(Asking, null, ("hi", "you"), ("", "me")).Training.Blocks(1).First();
        Assert.Equal("hi<answer>you<end>", Shown(batch.Tokens, Asking));
        Assert.Equal("--you<end>", Shown(batch.Targets, Asking));
    }

    /// <summary>Where there is nothing to ask, the text before ends first, as between the texts that a model was trained on.</summary>
    [Fact]
    public void AnEmptyPromptIsTheEndOfTheTextBefore()
    {
        using var batch = Answers(Tokenizer, null, ("", "you"), ("", "me")).Training.Blocks(1).First();
        Assert.Equal("<end>you<end>", Shown(batch.Tokens));
        Assert.Equal("you<end>", Shown(batch.Targets));
    }

    [Fact]
    public void RowsAreFilledUpAndWhatFillsThemIsNotPredicted()
    {
        var data = Preferences(("a", "bcd", "e"), ("a", "f", "g"), ("a", "hi", "jk"));
        using var batch = data.Training.Batch(2, seed: 1, batch: 0);
        Assert.Equal(4, batch.Tokens.size(0));
        for (var row = 0; row < 4; row++)
        {
            var text = Shown(batch.Tokens[row]);
            var answer = text[1..].Split("<pad>")[0];
            Assert.Equal(answer + new string('-', (int)batch.Targets.size(1) - Tokenizer.Encode(answer).Length), Shown(batch.Targets[row]));
        }
    }

    /// <summary>Of each pair the preferred answer is in the first half and the other at the same place in the second.</summary>
    [Fact]
    public void ThePreferredAnswersComeFirst()
    {
        var data = Preferences([.. Enumerable.Range(0, 30).Select(static i => ($"{i}", $"good {i}", $"bad {i}"))]);
        var seen = new HashSet<long>();
        for (var number = 0; number < 10; number++)
        {
            using var batch = data.Training.Batch(3, seed: 7, number);
            for (var i = 0; i < 3; i++)
            {
                var (chosen, rejected) = (Shown(batch.Tokens[i]), Shown(batch.Tokens[i + 3]));
                Assert.Contains("good", chosen);
                Assert.Equal(chosen.Replace("good", "bad").Replace("<pad>", ""), rejected.Replace("<pad>", ""));
                Assert.True(seen.Add(batch.Indices[i]));
            }
        }

        Assert.Equal(data.Training.Count, seen.Count); // one pass
    }

    [Fact]
    public void ABatchInPartsIsTheSameBatch()
    {
        var data = Preferences([.. Enumerable.Range(0, 30).Select(static i => ($"{i}", $"good {i}", $"bad {i}"))]);
        using var whole = data.Training.Batch(6, seed: 3, batch: 2);
        using var first = data.Training.Batch(6, seed: 3, batch: 2, first: 0, count: 4);
        using var second = data.Training.Batch(6, seed: 3, batch: 2, first: 4, count: 2);
        Assert.Equal(whole.Indices, first.Indices.Concat(second.Indices));
        Assert.Equal(whole.AnswerTokens, first.AnswerTokens + second.AnswerTokens);
        Assert.Equal(whole.AnswerTokens, data.Training.AnswerTokens(6, seed: 3, batch: 2));
    }

    /// <summary>Of a conversation, all that the assistant says is learned, with what ends it, and nothing that others say.</summary>
    [Fact]
    public void AllTurnsOfTheAssistantAreLearned()
    {
        ChatTurn[] turns =
        [
            new(ChatSpeaker.User, "a?"),
            new(ChatSpeaker.Assistant, "b."),
            new(ChatSpeaker.User, "c?"),
            new(ChatSpeaker.Assistant, "d."),
        ];
        var tokenizer = new ByteTokenizer((SpecialTokenRole.End, "<|im_end|>"), (SpecialTokenRole.Other, "<|im_start|>"));
        var data = Answers(tokenizer, new AnswerLayout { Chat = ChatTemplate.ChatMl }, new Conversation(turns), new Conversation(turns));
        using var batch = data.Training.Blocks(1).First();
        Assert.Equal(
            "<|im_start|>user\na?<|im_end|>\n<|im_start|>assistant\nb.<|im_end|>\n"
                + "<|im_start|>user\nc?<|im_end|>\n<|im_start|>assistant\nd.<|im_end|>\n",
            Shown(batch.Tokens, tokenizer)
        );
        Assert.Equal("b.<|im_end|>\nd.<|im_end|>\n", Shown(batch.Targets, tokenizer).Replace("-", ""));
        Assert.Equal([ChatTemplate.ChatMl.Prompt(turns[..3])], data.ShownPrompts);
    }

    [Fact]
    public void AConversationNeedsATemplate()
    {
        var exception = Assert.Throws<ModelGenException>(() =>
            Answers(Tokenizer, null, new Conversation([new(ChatSpeaker.Assistant, "a")]), new PromptedAnswer("", "b"))
        );
        Assert.Contains("name a template as 'chat'", exception.Message);
    }

    /// <summary>Nothing is lost or cut by packing, no row is too long, and few are needed.</summary>
    [Fact]
    public void PackedRowsHoldEveryExampleOnce()
    {
        var random = new Random(5);
        (string, string)[] texts =
        [
            .. Enumerable.Range(0, 200).Select(i => ($"p{i} ", new string((char)('a' + random.Next(26)), 1 + random.Next(40)))),
        ];
        var (plain, packed) = (Answers(Tokenizer, null, texts), Answers(Tokenizer, new AnswerLayout { IsPacked = true }, texts));
        var rows = packed.Training.Blocks(1).Select(static block => Shown(block.Tokens)).ToList();
        Assert.Equal(
            plain.Training.Blocks(1).Select(static block => Shown(block.Tokens)).Order(),
            rows.SelectMany(static row => row.Split("<end>", StringSplitOptions.RemoveEmptyEntries))
                .Select(static text => text + "<end>")
                .Order()
        );
        Assert.All(rows, static row => Assert.True(Tokenizer.Encode(row).Length <= 64));

        // No more than the tokens need, and a tenth.
        var all = plain.Training.Blocks(1).Sum(static block => block.Tokens.size(1));
        Assert.True(rows.Count <= Math.Ceiling(all / 64.0 * 1.1), $"{rows.Count} rows for {all} tokens");
        Assert.Equal(
            plain.Training.Blocks(1).Sum(static block => block.AnswerTokens),
            packed.Training.Blocks(1).Sum(static block => block.AnswerTokens)
        );
    }

    [Fact]
    public void ALineThatIsTooLongOrHasAnEndInItIsNamed()
    {
        using var folder = new TemporaryFolder();
        var path = folder["answers.jsonl"];
        File.WriteAllLines(
            path,
            [
                """{"prompt": "a", "answer": "b"}""",
                $$"""{"prompt": "a", "answer": "{{new string('x', 63)}}"}""",
                """{"prompt": "a", "answer": "b<end>c"}""",
                """{"prompt": "a", "answer": "c"}""",
            ]
        );
        var data = AnswerDataset.Create(AnswerFile.Read(path), null, Tokenizer, context: 64, validationFraction: 0.5);
        Assert.Equal(
            [
                "has 65 tokens with its end, and the model's context is 64",
                "cannot be used: an answer has the special token '<end>' written out; remove it",
            ],
            data.Problems.Select(static problem => problem.Reason)
        );
        Assert.Equal(2, data.Training.Count + data.Validation.Count);
    }

    [Fact]
    public void TheFingerprintIsOfEverythingThatIsLearned()
    {
        string[] prints =
        [
            Preferences(("a", "b", "c"), ("d", "e", "f")).Fingerprint,
            Preferences(("a", "c", "b"), ("d", "e", "f")).Fingerprint,
            Preferences(("a", "b", "c"), ("d", "e", "g")).Fingerprint,
            PreferenceDataset
                .Create(new([new("a", "b", "c") { Margin = 1 }, new("d", "e", "f")]), null, Tokenizer, 64, validationFraction: 0.5)
                .Fingerprint,
        ];
        Assert.Equal(prints.Length, prints.Distinct().Count());
        Assert.Equal(prints[0], Preferences(("a", "b", "c"), ("d", "e", "f")).Fingerprint);
    }

    [Fact]
    public void ATokenizerWithoutAnEndIsRefused()
    {
        var exception = Assert.Throws<ModelGenException>(() => Answers(new ByteTokenizer(), null, ("a", "b"), ("c", "d")));
        Assert.Contains("'end-token'", exception.Message);
    }

    private static AnswerDataset Answers(Tokenizer tokenizer, AnswerLayout? layout, params (string Prompt, string Answer)[] answers) =>
        Answers(tokenizer, layout, [.. answers.Select(static each => new PromptedAnswer(each.Prompt, each.Answer))]);

    private static AnswerDataset Answers(Tokenizer tokenizer, AnswerLayout? layout, params AnswerExample[] examples) =>
        AnswerDataset.Create(new(examples), new(examples[^1..]), tokenizer, context: 128 / 2 + (layout?.Chat is null ? 0 : 128), layout);

    private static PreferenceDataset Preferences(params (string Prompt, string Chosen, string Rejected)[] pairs) =>
        PreferenceDataset.Create(
            new([.. pairs.Select(static each => new PreferencePair(each.Prompt, each.Chosen, each.Rejected))]),
            new([new PreferencePair("held out", "yes", "no")]),
            Tokenizer,
            context: 64
        );

    private static string Shown(Tensor tokens, Tokenizer? tokenizer = null)
    {
        tokenizer ??= Tokenizer;
        return string.Concat(
            tokens
                .reshape(-1)
                .data<long>()
                .ToArray()
                .Select(token =>
                    token == Ignored ? "-"
                    : tokenizer.SpecialTokens.FirstOrDefault(special => special.Id == token) is { } special ? special.Text
                    : tokenizer.Decode([(int)token])
                )
        );
    }
}
