using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelGen.Chat;
using ModelGen.Constraints;
using ModelGen.Sampling;

namespace ModelGen.Extensions.AI.Tests.Chat;

/// <summary>Functions that a model calls, which has never seen one: only the schema makes its calls valid.</summary>
public sealed class FunctionCallTests : IDisposable
{
    private const string Wording =
        "You can call these functions. To call one, answer with {\"name\": its name, \"arguments\": what it takes} alone.";

    private readonly SmallChat _chat = new();
    private readonly List<(Colour Colour, bool IsBright, int Count, Point[] Points)> _painted = [];
    private readonly AIFunction _paint;
    private readonly AIFunction _clear = AIFunctionFactory.Create(static () => "cleared", "clear", "Clears the picture.");

    public FunctionCallTests() => _paint = AIFunctionFactory.Create(Paint, "paint", "Paints <points>.");

    public enum Colour
    {
        Red,
        Green,
    }

    public sealed record Lamp(byte Level, TimeSpan Duration, TimeOnly Start);

    public sealed record Point([property: Range(0, 9)] int X, [property: Range(-9, 9)] int? Y);

    public void Dispose() => _chat.Dispose();

    [Fact]
    public async Task ARequiredFunctionIsCalledWithWhatItsSchemaAllows()
    {
        using var client = _chat.Client().AsBuilder().UseFunctionInvocation().Build();
        for (var seed = 0; seed < 20; seed++)
        {
            ChatOptions options = new()
            {
                Seed = seed,
                Tools = [_clear, _paint],
                ToolMode = ChatToolMode.RequireSpecific("paint"),
                MaxOutputTokens = 250,
            };
            var response = await client.GetResponseAsync("Paint!", options);

            // The call, the function's result, and what the model says to it.
            Assert.Equal(seed + 1, _painted.Count);
            Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(static message => message.Role));
            var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
            var result = Assert.IsType<FunctionResultContent>(Assert.Single(response.Messages[1].Contents));
            Assert.Equal(call.CallId, result.CallId);
            Assert.Equal($"painted {_painted[^1].Points.Length}", Assert.IsType<JsonElement>(result.Result).GetString());
        }

        Assert.All(_painted, static call => Assert.InRange(call.Points.Length, 0, 3));
        Assert.All(_painted, static call => Assert.InRange(call.Count, 1, 20));
        Assert.All(_painted.SelectMany(static call => call.Points), static point => Assert.InRange(point.X, 0, 9));
        Assert.All(_painted.SelectMany(static call => call.Points), static point => Assert.InRange(point.Y ?? 0, -9, 9));
        Assert.Equal(2, _painted.Select(static call => call.Colour).Distinct().Count());
        Assert.Equal(2, _painted.Select(static call => call.IsBright).Distinct().Count());
    }

    [Fact]
    public async Task AnyFunctionIsOneOfThem()
    {
        using var client = _chat.Client();
        var names = new HashSet<string>();
        for (var seed = 0; seed < 20; seed++)
        {
            ChatOptions options = new()
            {
                Seed = seed,
                Tools = [_clear, _paint],
                ToolMode = ChatToolMode.RequireAny,
                MaxOutputTokens = 250,
            };
            var response = await client.GetResponseAsync("Paint!", options);
            Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
            Assert.Equal("", response.Text);
            var call = Assert.Single(Assert.Single(response.Messages).Contents.OfType<FunctionCallContent>());
            names.Add(call.Name);

            var streamed = await client.GetStreamingResponseAsync("Paint!", options).ToChatResponseAsync();
            var same = Assert.Single(Assert.Single(streamed.Messages).Contents.OfType<FunctionCallContent>());
            Assert.Equal((call.Name, JsonSerializer.Serialize(call.Arguments)), (same.Name, JsonSerializer.Serialize(same.Arguments)));
            Assert.Equal(response.Usage!.TotalTokenCount, streamed.Usage!.TotalTokenCount);
        }

        Assert.Equal(["clear", "paint"], names.Order());
    }

    [Fact]
    public async Task AnAnswerThatBeginsAsACallBecomesOne()
    {
        using var client = _chat.Client(sampling: SmallChat.Only("{"));
        var options = new ChatOptions { Tools = [_clear] };
        var response = await client.GetResponseAsync("Clear!", options);
        var call = Assert.Single(Assert.Single(response.Messages).Contents.OfType<FunctionCallContent>());
        Assert.Equal("clear", call.Name);
        Assert.Empty(call.Arguments!);
        Assert.All(await client.GetStreamingResponseAsync("Clear!", options).ToListAsync(), static update => Assert.Equal("", update.Text));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal("", response.Text);

        options.ToolMode = ChatToolMode.None;
        Assert.Equal(new string('{', 40), (await client.GetResponseAsync("Clear!", options)).Text);
    }

    [Fact]
    public async Task AnAnswerThatBeginsOtherwiseIsAText()
    {
        using var client = _chat.Client(sampling: SmallChat.Only("A"));
        var response = await client.GetResponseAsync("Clear!", new ChatOptions { Tools = [_clear] });
        Assert.Equal(new string('A', 40), response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);

        using var blank = _chat.Client(sampling: SmallChat.Only(" "));
        Assert.Equal(new string(' ', 40), (await blank.GetResponseAsync("Clear!", new ChatOptions { Tools = [_clear] })).Text);
    }

    [Fact]
    public async Task FunctionsCallsAndResultsStandInThePrompt()
    {
        using var client = _chat.Client(sampling: SmallChat.Only("A"));
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, "Clear!"),
            new(
                ChatRole.Assistant,
                [
                    new TextContent("Well."),
                    new FunctionCallContent("1", "clear", new Dictionary<string, object?> { ["how"] = "<|im_end|>\nü's", ["n"] = 2 }),
                ]
            ),
            new(ChatRole.Tool, [new FunctionResultContent("1", "done"), new FunctionResultContent("2", new { ok = true })]),
        ];
        var prompt =
            $"<|im_start|>system\nBe brief.\n\n{Wording}\n"
            + "{\"name\":\"clear\",\"description\":\"Clears the picture.\","
            + "\"parameters\":{\"type\":\"object\",\"properties\":{}}}<|im_end|>\n"
            + "<|im_start|>user\nClear!<|im_end|>\n<|im_start|>assistant\nWell.<|im_end|>\n<|im_start|>assistant\n"
            + "{\"name\":\"clear\",\"arguments\":{\"how\":\"\\u003C|im_end|\\u003E\\nü's\",\"n\":2}}<|im_end|>\n"
            + "<|im_start|>tool\ndone<|im_end|>\n<|im_start|>tool\n{\"ok\":true}<|im_end|>\n<|im_start|>assistant\n";
        var response = await client.GetResponseAsync(messages, new ChatOptions { Tools = [_clear] });
        Assert.Equal(_chat.Generator.Tokenizer.Encode(prompt).Length, response.Usage!.InputTokenCount);
        Assert.Equal(prompt, Prompt(client, messages, new ChatOptions { Tools = [_clear] }));
    }

    [Fact]
    public async Task AnAnswerHasTheFormThatIsAskedFor()
    {
        using var client = _chat.Client();
        for (var seed = 0; seed < 20; seed++)
        {
            var response = await client.GetResponseAsync<Point>("Where?", new ChatOptions { Seed = seed, MaxOutputTokens = 60 });
            Assert.InRange(response.Result.X, 0, 9);
            Assert.InRange(response.Result.Y ?? 0, -9, 9);
            Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        }
    }

    [Fact]
    public async Task AnAnswerInAFormIsStreamedPieceByPiece()
    {
        using var client = _chat.Client();
        var options = new ChatOptions
        {
            Seed = 1,
            ResponseFormat = ChatResponseFormat.ForJsonSchema<Point>(),
            MaxOutputTokens = 60,
        };
        var updates = await client.GetStreamingResponseAsync("Where?", options).ToListAsync();
        Assert.True(updates.Count > 5);
        Assert.Equal((await client.GetResponseAsync("Where?", options)).Text, string.Concat(updates.Select(static update => update.Text)));
    }

    [Fact]
    public async Task WithFunctionsAnAnswerIsACallOrHasTheForm()
    {
        using var client = _chat.Client();
        var (calls, texts) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            ChatOptions options = new()
            {
                Seed = seed,
                Tools = [_clear],
                ResponseFormat = ChatResponseFormat.ForJsonSchema<Point>(),
                MaxOutputTokens = 60,
            };
            var response = await client.GetResponseAsync("Where?", options);
            if (response.FinishReason == ChatFinishReason.ToolCalls)
            {
                calls++;
                Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
            }
            else
            {
                texts++;
                Assert.InRange(JsonDocument.Parse(response.Text).RootElement.GetProperty("x").GetInt32(), 0, 9);
            }
        }

        Assert.True(calls > 0 && texts > 0);
    }

    [Fact]
    public async Task TheSchemaStandsInThePrompt()
    {
        using var client = _chat.Client();
        using var schema = JsonDocument.Parse("""{ "type": "boolean" }""");
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement), Temperature = 0 };
        Assert.Equal(
            "<|im_start|>system\nAnswer with JSON of this schema alone: {\"type\":\"boolean\"}<|im_end|>\n<|im_start|>user\na<|im_end|>\n"
                + "<|im_start|>assistant\n",
            Prompt(client, [new(ChatRole.User, "a")], options)
        );
        Assert.Contains((await client.GetResponseAsync("a", options)).Text, (string[])["true", "false"]);
    }

    [Fact]
    public async Task AConstraintOfTheClientsOwnIsKept()
    {
        using var client = _chat.Client(ChatTemplate.Plain, new SamplingOptions { Constraint = TextConstraint.Regex("yes|no") });
        var response = await client.GetResponseAsync("a");
        Assert.Contains(response.Text, (string[])["yes", "no"]);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("User: a\nAssistant: ".Length, response.Usage!.InputTokenCount);
        Assert.Equal(
            "SamplingOptions has a constraint, beside which Tools, ResponseFormat and StopSequences have no place; leave them out, or the "
                + "constraint.",
            (
                await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("a", new ChatOptions { Tools = [_clear] }))
            ).Message
        );
    }

    [Fact]
    public async Task ACallThatFindsNoRoomIsRefused()
    {
        using var client = _chat.Client();
        var options = new ChatOptions
        {
            Tools = [_clear],
            ToolMode = ChatToolMode.RequireAny,
            MaxOutputTokens = 10,
        };
        var error = await Assert.ThrowsAsync<ModelGenException>(() => client.GetResponseAsync("a", options));
        Assert.Contains("no more than 10", error.Message, StringComparison.Ordinal);
    }

    /// <summary>.NET reads what a schema of it lets a model write, of each type.</summary>
    [Fact]
    public async Task ParametersOfEveryTypeAreRead()
    {
        var calls = 0;
        AIFunction[] functions =
        [
            AIFunctionFactory.Create((byte a, short b, int c, long d, ulong e, double f, decimal g, int? h) => ++calls, "numbers"),
            AIFunctionFactory.Create((TimeOnly a, TimeSpan b, DateTimeOffset c, DateOnly d, DateTime e, Guid f) => ++calls, "times"),
            AIFunctionFactory.Create((Lamp a, [MaxLength(2)] List<byte> b) => ++calls, "nested"),
            AIFunctionFactory.Create((Uri a, char b, byte[] c, [MaxLength(4)] int[] d, Colour? e) => ++calls, "others"),
        ];
        using var client = _chat.Client().AsBuilder().UseFunctionInvocation().Build();
        foreach (var function in functions)
        {
            for (var seed = 0; seed < 12; seed++)
            {
                ChatOptions options = new()
                {
                    Seed = seed,
                    Tools = [function],
                    ToolMode = ChatToolMode.RequireSpecific(function.Name),
                    MaxOutputTokens = 280,
                };
                var before = calls;
                var response = await client.GetResponseAsync("a", options);
                Assert.Null(response.Messages[1].Contents.OfType<FunctionResultContent>().Single().Exception);
                Assert.Equal(before + 1, calls);
            }
        }
    }

    [Fact]
    public async Task ATypeThatOccursTwiceIsFoundFromEachFunction()
    {
        var connect = AIFunctionFactory.Create(
            static (Point from, Point to, [MaxLength(1)] Colour[] one, [MaxLength(1)] Colour[] other) => "",
            "connect"
        );
        using var client = _chat.Client();
        ChatOptions options = new()
        {
            Seed = 1,
            Tools = [_clear, connect],
            ToolMode = ChatToolMode.RequireSpecific("connect"),
            MaxOutputTokens = 300,
        };
        var alone = (await client.GetResponseAsync("a", options)).Messages[0].Contents.OfType<FunctionCallContent>().Single();
        Assert.Equal(["from", "to", "one", "other"], alone.Arguments!.Keys);

        options.ToolMode = ChatToolMode.RequireAny;
        _ = (await client.GetResponseAsync("a", options)).Messages[0].Contents.OfType<FunctionCallContent>().Single();
    }

    private static string Prompt(ModelChatClient client, ChatMessage[] messages, ChatOptions options) =>
        ChatRequest.Of(client, messages, options).Prompt;

    [Description("Paints.")]
    private string Paint(Colour colour, bool isBright, [Range(1, 20)] int count, [MaxLength(3)] Point[] points)
    {
        _painted.Add((colour, isBright, count, points));
        return $"painted {points.Length}";
    }
}
