using Microsoft.Extensions.AI;
using ModelGen.Chat;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Extensions.AI.Tests.Chat;

public sealed class ModelChatClientTests : IDisposable
{
    private const string Question = "<|im_start|>user\nHow are you?<|im_end|>\n<|im_start|>assistant\n";

    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "How are you?")];

    private readonly SmallChat _chat = new();

    public void Dispose() => _chat.Dispose();

    [Fact]
    public async Task AnAnswerContinuesThePrompt()
    {
        using var client = _chat.Client();
        var response = await client.GetResponseAsync(Messages, new ChatOptions { Seed = 3 });

        var expected = _chat.Generator.Generate(Question, 40, new SamplingOptions { Stop = ChatTemplate.ChatMl.Stop }, seed: 3);
        Assert.Equal(expected, response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(Question.Length, response.Usage!.InputTokenCount);
        Assert.Equal(40, response.Usage.OutputTokenCount);
        Assert.Equal(Question.Length + 40, response.Usage.TotalTokenCount);
        Assert.Equal("Chatter", response.ModelId);
        Assert.Equal(ChatRole.Assistant, Assert.Single(response.Messages).Role);
        Assert.NotNull(response.CreatedAt);
        Assert.StartsWith("chat_", response.ResponseId, StringComparison.Ordinal);
        Assert.Equal(3L, response.AdditionalProperties![ModelChatClient.SeedKey]);
    }

    [Fact]
    public async Task StreamedPiecesAreTheWholeAnswer()
    {
        using var client = _chat.Client();
        var options = new ChatOptions { Seed = 3 };
        var whole = await client.GetResponseAsync(Messages, options);
        var updates = await client.GetStreamingResponseAsync(Messages, options).ToListAsync();

        Assert.Equal(whole.Text, string.Concat(updates.Select(static update => update.Text)));
        Assert.True(updates.Count > 10);
        Assert.All(updates, static update => Assert.Equal("Chatter", update.ModelId));
        Assert.Single(updates.Select(static update => update.ResponseId).Distinct());
        Assert.All(updates.SkipLast(1), static update => Assert.Null(update.FinishReason));
        Assert.Equal(ChatFinishReason.Length, updates[^1].FinishReason);
        Assert.Equal(40, Assert.IsType<UsageContent>(Assert.Single(updates[^1].Contents)).Details.OutputTokenCount);
        Assert.Equal(3L, updates[^1].AdditionalProperties![ModelChatClient.SeedKey]);
    }

    [Fact]
    public async Task WithoutASeedEachAnswerHasItsOwnAndCanBeRepeated()
    {
        using var client = _chat.Client();
        var first = await client.GetResponseAsync(Messages);
        var second = await client.GetResponseAsync(Messages);
        Assert.NotEqual(first.Text, second.Text);

        var seed = (long)first.AdditionalProperties![ModelChatClient.SeedKey]!;
        Assert.Equal(first.Text, (await client.GetResponseAsync(Messages, new ChatOptions { Seed = seed })).Text);
    }

    [Fact]
    public async Task EveryOptionOfChoosingHasItsEffect()
    {
        using var client = _chat.Client();
        ChatOptions options = new()
        {
            Seed = 5,
            Temperature = 0.5f,
            TopK = 30,
            TopP = 0.75f,
            FrequencyPenalty = 0.5f,
            PresencePenalty = 0.25f,
            MaxOutputTokens = 30,
            StopSequences = ["q"],
        };
        SamplingOptions expected = new()
        {
            Temperature = 0.5,
            TopK = 30,
            TopP = 0.75,
            FrequencyPenalty = 0.5,
            PresencePenalty = 0.25,
            Stop = [.. ChatTemplate.ChatMl.Stop, "q"],
        };
        Assert.Equal(_chat.Generator.Generate(Question, 30, expected, seed: 5), (await client.GetResponseAsync(Messages, options)).Text);

        foreach (
            var change in (Action<ChatOptions>[])
                [
                    static o => o.Seed = 6,
                    static o => o.Temperature = 4,
                    static o => o.TopK = 1,
                    static o => o.TopP = 0.01f,
                    static o => o.FrequencyPenalty = -9,
                    static o => o.PresencePenalty = -9,
                    static o => o.MaxOutputTokens = 3,
                    static o => o.Instructions = "Be brief.",
                    static o =>
                        o.StopSequences = [.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".Select(static c => c.ToString())],
                    static o => o.RawRepresentationFactory = static _ => new SamplingOptions { MinP = 1 },
                ]
        )
        {
            var changed = options.Clone();
            change(changed);
            var (unchanged, other) = (await client.GetResponseAsync(Messages, options), await client.GetResponseAsync(Messages, changed));
            Assert.NotEqual(unchanged.Text, other.Text);
        }
    }

    [Fact]
    public async Task InstructionsComeBeforeThoseOfTheConversationInOneTurn()
    {
        using var client = _chat.Client();
        var prompt =
            "<|im_start|>system\nBe brief.\n\nBe kind.<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>system\nNow sing.<|im_end|>\n"
            + "<|im_start|>assistant\n";
        ChatMessage[] messages = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "a"), new(ChatRole.System, "Now sing.")];
        var response = await client.GetResponseAsync(messages, new ChatOptions { Instructions = "Be brief.", Seed = 1 });
        Assert.Equal(prompt.Length, response.Usage!.InputTokenCount);
        Assert.Equal(_chat.Generator.Generate(prompt, 40, new SamplingOptions { Stop = ChatTemplate.ChatMl.Stop }, seed: 1), response.Text);
    }

    [Theory]
    [InlineData(2, 2, "")]
    [InlineData(40, 2, "")]
    [InlineData(1, 1, "A")]
    public async Task AStopTextEndsAnAnswerWhereverItIs(int longest, int tokens, string text)
    {
        using var client = _chat.Client(sampling: SmallChat.Only("A"));
        var response = await client.GetResponseAsync(Messages, new ChatOptions { MaxOutputTokens = longest, StopSequences = ["AA"] });
        Assert.Equal(text, response.Text);
        Assert.Equal(tokens, response.Usage!.OutputTokenCount);
        Assert.Equal(tokens == 2 ? ChatFinishReason.Stop : ChatFinishReason.Length, response.FinishReason);
    }

    [Fact]
    public async Task TheEndTokenEndsAnAnswer()
    {
        var tokenizer = CharacterTokenizer.FromText(Question, 64, (SpecialTokenRole.End, "<end>"));
        using var chat = new SmallChat(tokenizer);
        using var client = chat.Client(sampling: SmallChat.Only("<end>"));
        var response = await client.GetResponseAsync(Messages);
        Assert.Equal("", response.Text);
        Assert.Equal(ChatRole.Assistant, Assert.Single(response.Messages).Role);
        Assert.Equal(0, response.Usage!.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task TheSpaceAfterAPlainMarkerIsNotPartOfTheAnswer()
    {
        using var client = _chat.Client(ChatTemplate.Plain, SmallChat.Only(" "));
        Assert.Equal("    ", (await client.GetResponseAsync(Messages, new ChatOptions { MaxOutputTokens = 5 })).Text);
        using var other = _chat.Client(ChatTemplate.Plain, SmallChat.Only("A"));
        Assert.Equal("AAAAA", (await other.GetResponseAsync(Messages, new ChatOptions { MaxOutputTokens = 5 })).Text);
    }

    [Fact]
    public async Task AnAnswerEndsWhereTheContextIsFull()
    {
        using var client = _chat.Client(sampling: SmallChat.Only("A"));
        var question = new string('q', Chatter.Context - Question.Length);
        var prompt = Question.Length - "How are you?".Length + question.Length;
        var response = await client.GetResponseAsync(question, new ChatOptions { MaxOutputTokens = 500 });
        Assert.Equal(Chatter.Context - prompt + 1, response.Usage!.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);

        var error = await Assert.ThrowsAsync<ModelGenException>(() => client.GetResponseAsync(question + question));
        Assert.Equal(
            $"The conversation has {prompt + question.Length} tokens, and Chatter reads at most 1024; leave its first messages out, or "
                + "shorten them.",
            error.Message
        );
    }

    [Fact]
    public async Task RequestsAtOnceGetTheAnswersThatTheyGetAlone()
    {
        using var client = _chat.Client();
        var alone = new List<string>();
        for (var seed = 0; seed < 8; seed++)
        {
            alone.Add((await client.GetResponseAsync(Messages, new ChatOptions { Seed = seed })).Text);
        }

        var together = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(seed => Task.Run(() => client.GetResponseAsync(Messages, new ChatOptions { Seed = seed })))
        );
        Assert.Equal(alone, together.Select(static response => response.Text));
        Assert.Equal(8, alone.Distinct().Count());
    }

    [Fact]
    public async Task AnAnswerMayBeAskedForInTheMiddleOfAnother()
    {
        using var client = _chat.Client();
        var options = new ChatOptions { Seed = 2 };
        var expected = (await client.GetResponseAsync(Messages, options)).Text;
        var outer = "";
        await foreach (var update in client.GetStreamingResponseAsync(Messages, options))
        {
            outer += update.Text;
            Assert.Equal(expected, (await client.GetResponseAsync(Messages, options)).Text);
        }

        Assert.Equal(expected, outer);
    }

    [Fact]
    public async Task CancellationStopsBetweenTwoTokensAndLeavesTheClientUsable()
    {
        using var client = _chat.Client();
        using var stop = new CancellationTokenSource();
        var pieces = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.GetStreamingResponseAsync(Messages, null, stop.Token))
            {
                if (++pieces == 3)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Assert.Equal(3, pieces);
        Assert.NotEmpty((await client.GetResponseAsync(Messages)).Text);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync(Messages, null, stop.Token));
    }

    [Fact]
    public void ServicesAreFound()
    {
        using IChatClient client = new ModelChatClient(_chat.Generator, ChatTemplate.Plain) { ModelId = "mine" };
        var metadata = client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("ModelGen", "mine"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(_chat.Generator, client.GetService<TextGenerator>());
        Assert.Same(_chat.Generator.Model, client.GetService<LanguageModel>());
        Assert.Same(_chat.Generator.Tokenizer, client.GetService<Tokenizer>());
        Assert.Same(ChatTemplate.Plain, client.GetService<ChatTemplate>());
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService<IChatClient>("key"));
        Assert.Null(client.GetService<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposingTheClientDisposesAGeneratorThatItOwns(bool owns)
    {
        using var chat = new SmallChat();
        var client = new ModelChatClient(chat.Generator, ChatTemplate.ChatMl) { OwnsGenerator = owns, MaxOutputTokens = 1 };
        _ = await client.GetResponseAsync(Messages);
        client.Dispose();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync(Messages));
        var disposed = Record.Exception(() => chat.Generator.Generate("a", 1, new SamplingOptions()));
        Assert.Equal(owns, disposed is ObjectDisposedException);
    }
}
