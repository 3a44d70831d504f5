using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Chat;

/// <summary>A language model as a chat client of Microsoft.Extensions.AI.</summary>
/// <remarks>
/// <para>Any number of threads may ask at once. Their answers are written by turns, a token each; what is asked beside it does not change
/// an answer.</para>
/// <para>The prompt has the instructions, what the model may call and the schema that is asked for in one system turn at its beginning. A
/// function is called with <c>{"name": …, "arguments": {…}}</c>. If a tool is required, the answer is drawn under the schema of such
/// calls. Otherwise it is drawn freely, and, if it begins with <c>{</c>, anew under that schema with the same seed; the tokens until then
/// are not counted. One function is called in an answer. Names of authors are not part of the prompt.</para>
/// <para>An answer ends at the tokenizer's end-of-text token or a stop text (<see cref="ChatFinishReason.Stop"/>), with a call
/// (<see cref="ChatFinishReason.ToolCalls"/>), or where its longest length or the model's context is reached
/// (<see cref="ChatFinishReason.Length"/>). <c>AdditionalProperties</c> of the response has the seed, with which the same request gives the
/// same answer.</para>
/// </remarks>
/// <example>
/// <code>
/// using var generator = new TextGenerator(model, tokenizer);
/// using var client = new ModelChatClient(generator, ChatTemplate.ChatMl, DocsGpt.Sampling);
/// Console.WriteLine(await client.GetResponseAsync("What is a tensor?"));
/// </code>
/// </example>
public sealed class ModelChatClient : IChatClient
{
    /// <summary>The key of the seed, an <see cref="long"/>, among the additional properties of a response.</summary>
    public const string SeedKey = "seed";

    private readonly TextGenerator _generator;
    private readonly ChatClientMetadata _metadata;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly int _maxOutputTokens = 1024;
    private readonly string _modelId;
    private bool _isDisposed;

    /// <summary>Creates a client.</summary>
    /// <param name="generator">The model, which nothing else uses meanwhile; it stays the caller's unless
    /// <see cref="OwnsGenerator"/>.</param>
    /// <param name="template">The template that the model was trained with.</param>
    /// <param name="sampling">How tokens are chosen unless a request says otherwise; its texts of
    /// <see cref="SamplingOptions.Stop"/> end answers beside the template's. These and its least length say nothing of answers in
    /// JSON.</param>
    public ModelChatClient(TextGenerator generator, ChatTemplate template, SamplingOptions? sampling = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(template);
        (_generator, Template, Sampling) = (generator, template, sampling ?? new SamplingOptions());
        _modelId = generator.Model.GetName();
        _metadata = new ChatClientMetadata(nameof(ModelGen), defaultModelId: _modelId);
    }

    /// <summary>How a conversation becomes a prompt.</summary>
    public ChatTemplate Template { get; }

    /// <summary>How tokens are chosen unless a request says otherwise.</summary>
    public SamplingOptions Sampling { get; }

    /// <summary>How many tokens an answer has at most unless a request says otherwise, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int MaxOutputTokens
    {
        get => _maxOutputTokens;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxOutputTokens = value;
        }
    }

    /// <summary>What responses call the model: by default the name in its spec.</summary>
    public string ModelId
    {
        get => _modelId;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            _modelId = value;
            _metadata = new ChatClientMetadata(nameof(ModelGen), defaultModelId: value);
        }
    }

    /// <summary>Whether disposing the client disposes the generator.</summary>
    public bool OwnsGenerator { get; init; }

    internal Tokenizer Tokenizer => _generator.Tokenizer;

    /// <summary>Answers a conversation.</summary>
    /// <param name="messages">The conversation: texts, function calls and their results.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentException">There is no message, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">An option, a role or a content cannot be honoured.</exception>
    /// <exception cref="ModelGenException">The conversation has more tokens than the model's context or one of the template's markers in
    /// a message, a schema cannot be honoured or leaves no room, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The answer was cancelled.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Answers a conversation and yields each piece as soon as it is written; no piece splits a character.</summary>
    /// <param name="messages">The conversation: texts, function calls and their results.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The pieces; the last update has the finish reason, the usage and the seed.</returns>
    /// <exception cref="ArgumentException">There is no message, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">An option, a role or a content cannot be honoured.</exception>
    /// <exception cref="ModelGenException">The conversation has more tokens than the model's context or one of the template's markers in
    /// a message, a schema cannot be honoured or leaves no room, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The answer was cancelled.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Answer(ChatRequest.Of(this, messages, options ?? new ChatOptions()), cancellationToken);
    }

    /// <summary>
    /// Gives the client itself, its <see cref="ChatClientMetadata"/>, <see cref="ChatTemplate"/>, <see cref="TextGenerator"/>,
    /// <see cref="LanguageModel"/> or <see cref="Tokenizer"/>.
    /// </summary>
    /// <param name="serviceType">The type that is asked for.</param>
    /// <param name="serviceKey">Null; there is nothing under other keys.</param>
    /// <returns>The object, or null if there is none of the type.</returns>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object[] services = [this, _metadata, Template, _generator, _generator.Model, Tokenizer];
        return serviceKey is null ? Array.Find(services, serviceType.IsInstanceOfType) : null;
    }

    /// <summary>Waits for the token that is being computed, and disposes the generator if the client owns it.</summary>
    public void Dispose()
    {
        _turn.Wait();
        try
        {
            if (!_isDisposed && OwnsGenerator)
            {
                _generator.Dispose();
            }

            _isDisposed = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Answer(
        ChatRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var response = new ResponseHead(ModelId);
        var seed = request.Seed ?? Random.Shared.NextInt64();
        var (written, constraint, isCall) = (new WrittenText(_generator, request, seed, request.Json), request.Json, false);
        if (constraint is null)
        {
            var beginning = new AnswerBeginning(request.Space, request.Call is not null);
            await foreach (var text in Text(written, beginning, cancellationToken).ConfigureAwait(false))
            {
                yield return response.Update(new TextContent(text));
            }

            if (beginning.IsCall)
            {
                // Under a schema no white space comes before the answer.
                constraint = request.Call;
                written = new WrittenText(_generator, request with { Prompt = request.Prompt + request.Space }, seed, constraint);
            }
        }

        if (constraint is not null)
        {
            await foreach (var content in Json(written, request.Functions, cancellationToken).ConfigureAwait(false))
            {
                isCall |= content is FunctionCallContent;
                yield return response.Update(content);
            }
        }

        yield return response.Last(written.Usage, isCall ? ChatFinishReason.ToolCalls : written.FinishReason, seed);
    }

    // An answer that is drawn freely; of one that begins as a call nothing.
    private async IAsyncEnumerable<string> Text(
        WrittenText written,
        AnswerBeginning beginning,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var piece in Pieces(written, cancellationToken).ConfigureAwait(false))
        {
            var text = beginning.Append(piece);
            if (beginning.IsCall)
            {
                yield break;
            }

            if (text.Length > 0)
            {
                yield return text;
            }
        }

        if (beginning.Flush() is { Length: > 0 } rest)
        {
            yield return rest;
        }
    }

    // An answer that is drawn under a schema: what may be a call is known at its end.
    private async IAsyncEnumerable<AIContent> Json(
        WrittenText written,
        OfferedFunctions? functions,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var answer = new StringBuilder();
        await foreach (var piece in Pieces(written, cancellationToken).ConfigureAwait(false))
        {
            answer.Append(piece);
            if (functions is null && piece.Length > 0)
            {
                yield return new TextContent(piece);
            }
        }

        if (functions is not null)
        {
            using var json = JsonDocument.Parse(answer.ToString());
            yield return functions.Read(json.RootElement) is { } call ? call : new TextContent(answer.ToString());
        }
    }

    private async IAsyncEnumerable<string> Pieces(WrittenText text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (await Alone(() => text.Next(cancellationToken), cancellationToken).ConfigureAwait(false) is { } piece)
            {
                yield return piece;
            }
        }
        finally
        {
            await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                text.Dispose();
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    // One thread at a time uses the generator; texts take turns after each token, so that none waits for the end of another.
    private async Task<string?> Alone(Func<string?> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
