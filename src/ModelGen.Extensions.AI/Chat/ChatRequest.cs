using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelGen.Constraints;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Chat;

/// <summary>A request as the generator needs it.</summary>
/// <param name="Prompt">The text to continue.</param>
/// <param name="Space">The white space that the model is expected to write before a text; the prompt of anything else has it.</param>
/// <param name="Sampling">How each token is chosen where nothing constrains it.</param>
/// <param name="MaxTokens">How many tokens the answer has at most.</param>
/// <param name="Seed">Its seed, if it has one.</param>
/// <param name="Functions">What the model may call; null for nothing.</param>
/// <param name="Json">The JSON that the answer may be; null if it is a text.</param>
/// <param name="Call">The JSON that an answer may be that turns out to be a call; null if it cannot be one.</param>
internal sealed record ChatRequest(
    string Prompt,
    string Space,
    SamplingOptions Sampling,
    int MaxTokens,
    long? Seed,
    OfferedFunctions? Functions,
    TextConstraint? Json,
    TextConstraint? Call
)
{
    /// <summary>What the prompt tells of functions and schemas.</summary>
    public string Told { get; private init; } = "";

    /// <summary>Reads a request.</summary>
    /// <param name="client">Whose request it is.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">What is asked for.</param>
    /// <exception cref="ArgumentException">There is no message, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">An option, a role or a content cannot be honoured.</exception>
    /// <exception cref="ModelGenException">A message contains one of the template's markers, or a schema cannot be kept.</exception>
    public static ChatRequest Of(ModelChatClient client, IEnumerable<ChatMessage> messages, ChatOptions options)
    {
        Refuse(client, options);
        var mode = options.ToolMode ?? ChatToolMode.Auto;
        var functions = mode is NoneChatToolMode ? null : OfferedFunctions.Of(options.Tools ?? []);
        if (mode is RequiredChatToolMode && functions is null)
        {
            throw new ArgumentException("The tool mode requires a call, but there are no tools; add them to Tools.", nameof(options));
        }

        var format = Format(options.ResponseFormat);
        var required = mode as RequiredChatToolMode;
        var schema =
            required is not null ? functions!.CallSchema(required.RequiredFunctionName)
            : format is not { } wanted ? null
            : functions?.CallSchema(required: null, wanted) ?? NestedSchema.At(wanted, "");
        if (schema is not null && options.StopSequences is { Count: > 0 })
        {
            throw new NotSupportedException("An answer in JSON ends by itself; leave StopSequences empty, or ask for a text.");
        }

        var sampling = SamplingOf(client, options);
        if (sampling.Constraint is not null && (functions is not null || format is not null || options.StopSequences is { Count: > 0 }))
        {
            throw new NotSupportedException(
                $"{nameof(SamplingOptions)} has a constraint, beside which Tools, ResponseFormat and StopSequences have no place; leave "
                    + "them out, or the constraint."
            );
        }

        var prompt = client.Template.Prompt(
            ConversationTurns.Of(messages, options.Instructions, TellOf(functions, format)),
            client.Tokenizer
        );
        var isText = sampling.Constraint is null && schema is null;
        return new ChatRequest(
            isText ? prompt : prompt + client.Template.AnswerSpace,
            isText ? client.Template.AnswerSpace : "",
            sampling,
            options.MaxOutputTokens ?? client.MaxOutputTokens,
            options.Seed,
            functions,
            Constraint(schema),
            schema is null ? Constraint(functions?.CallSchema(required: null)) : null
        )
        {
            Told = string.Join('\n', TellOf(functions, format)),
        };
    }

    // At once, so that a schema that cannot be kept is refused whether it is needed or not.
    private static TextConstraint? Constraint(JsonNode? schema)
    {
        try
        {
            return schema is null ? null : TextConstraint.JsonSchema(schema.ToJsonString());
        }
        catch (ModelGenException exception)
        {
            throw new ModelGenException($"Tools and ResponseFormat cannot constrain an answer. {exception.Message}", exception);
        }
    }

    private static IEnumerable<string> TellOf(OfferedFunctions? functions, JsonElement? format)
    {
        if (functions is not null)
        {
            yield return functions.Description;
        }

        if (format is { } schema)
        {
            yield return $"Answer with JSON of this schema alone: {PromptJson.Write(JsonNode.Parse(schema.GetRawText())!)}";
        }
    }

    private static JsonElement? Format(ChatResponseFormat? format) =>
        format switch
        {
            null or ChatResponseFormatText => null,
            ChatResponseFormatJson { Schema: { } schema } => schema,
            ChatResponseFormatJson => throw new NotSupportedException(
                "ResponseFormat asks for JSON without saying which; give its schema, as with ChatResponseFormat.ForJsonSchema."
            ),
            _ => throw new NotSupportedException($"ResponseFormat is a {format.GetType().Name}; an answer is a text, or JSON of a schema."),
        };

    private static SamplingOptions SamplingOf(ModelChatClient client, ChatOptions options)
    {
        var basis = options.RawRepresentationFactory?.Invoke(client) switch
        {
            null => client.Sampling,
            SamplingOptions sampling => sampling,
            var other => throw new NotSupportedException(
                $"RawRepresentationFactory gives a {other.GetType().Name}; only {nameof(SamplingOptions)} has an effect here."
            ),
        };
        if (options.MaxOutputTokens < 1)
        {
            throw new ArgumentException($"MaxOutputTokens must be at least 1, not {options.MaxOutputTokens}.", nameof(options));
        }

        return basis with
        {
            Temperature = options.Temperature ?? basis.Temperature,
            TopK = options.TopK ?? basis.TopK,
            TopP = options.TopP ?? basis.TopP,
            FrequencyPenalty = options.FrequencyPenalty ?? basis.FrequencyPenalty,
            PresencePenalty = options.PresencePenalty ?? basis.PresencePenalty,

            // A constrained text ends by itself.
            Stop = basis.Constraint is null
                ? [.. client.Template.Stop.Concat(basis.Stop).Concat(options.StopSequences ?? []).Distinct(StringComparer.Ordinal)]
                : [],

            // A conversation whose beginning is forgotten while the model answers would be another one.
            PastContext = PastContext.Stop,
        };
    }

    private static void Refuse(ModelChatClient client, ChatOptions options)
    {
        var problem =
            options.ModelId is { } id && id != client.ModelId ? $"ModelId is '{id}', but the model is '{client.ModelId}'"
            : options.ConversationId is not null ? "ConversationId is set, but no conversation is kept here; pass all its messages"
            : options.Reasoning is not null ? "Reasoning is set, but the model does not reason apart from its answer"
            : options.AllowBackgroundResponses == true ? "AllowBackgroundResponses is set, but answers come in the foreground alone"
            : options.ContinuationToken is not null ? "ContinuationToken is set, but answers cannot be resumed"
            : options.AdditionalProperties?.Keys.FirstOrDefault() is { } key
                ? $"AdditionalProperties has '{key}', which nothing reads; what ChatOptions lacks can be said with "
                    + $"{nameof(SamplingOptions)} from RawRepresentationFactory"
            : null;
        if (problem is not null)
        {
            throw new NotSupportedException($"{problem}.");
        }
    }
}
