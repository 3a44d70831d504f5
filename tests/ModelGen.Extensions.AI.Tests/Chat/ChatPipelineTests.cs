using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ModelGen.Extensions.AI.Tests.Chat;

/// <summary>The client in the pipeline of Microsoft.Extensions.AI.</summary>
public sealed class ChatPipelineTests : IDisposable
{
    private readonly SmallChat _chat = new();

    public void Dispose() => _chat.Dispose();

    [Fact]
    public async Task WhatIsLoggedHasTheRequestAndTheAnswer()
    {
        var log = new KeptLog();
        using var factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        using var client = _chat.Client(sampling: SmallChat.Only("A")).AsBuilder().UseLogging(factory).Build();
        _ = await client.GetResponseAsync("What is new?", new ChatOptions { MaxOutputTokens = 5 });
        Assert.Contains(log.Messages, static message => message.Contains("What is new?", StringComparison.Ordinal));
        Assert.Contains(log.Messages, static message => message.Contains("AAAAA", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnEqualRequestIsAnsweredFromTheCache(bool isStreaming)
    {
        var asked = 0;
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using var client = _chat
            .Client()
            .AsBuilder()
            .UseDistributedCache(cache)
            .Use(
                (messages, options, inner, stop) =>
                {
                    asked++;
                    return inner.GetResponseAsync(messages, options, stop);
                },
                (messages, options, inner, stop) =>
                {
                    asked++;
                    return inner.GetStreamingResponseAsync(messages, options, stop);
                }
            )
            .Build();

        // Without a seed the model would answer something else each time.
        var first = await Ask("a");
        var second = await Ask("a");
        Assert.Equal(1, asked);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Usage!.TotalTokenCount, second.Usage!.TotalTokenCount);
        Assert.Equal(first.FinishReason, second.FinishReason);

        Assert.NotEqual(first.Text, (await Ask("b")).Text);
        Assert.Equal(2, asked);

        Task<ChatResponse> Ask(string question) =>
            isStreaming ? client.GetStreamingResponseAsync(question).ToChatResponseAsync() : client.GetResponseAsync(question);
    }
}
