using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ModelGen.Constraints;
using ModelGen.Decoding;
using ModelGen.Models;
using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>
/// Writes texts with a language model, token after token. An object keeps the model's weights in the layout that decoding reads fastest,
/// so that many texts are best written with one; the static methods make one for a single text.
/// </summary>
/// <remarks>
/// A text depends on the model, its prompt, the options and its own seed alone: alone or among others it is the same, on the CPU to the
/// bit. One thread uses a generator at a time.
/// </remarks>
public sealed class TextGenerator : IDisposable
{
    // What a constraint leaves no choice of is read at once.
    private const int MostForeseen = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Default)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Tokenizer _tokenizer;
    private readonly SequenceDecoder _decoder;

    /// <summary>Prepares to write.</summary>
    /// <param name="model">The model, which must outlive the generator and stay as it is meanwhile: its linear maps are copied with the
    /// first text.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="weights">How weights are kept on the CPU; elsewhere they stay as they are.</param>
    /// <exception cref="ModelGenException">The model is not causal, or the tokenizer has more tokens than it.</exception>
    public TextGenerator(LanguageModel model, Tokenizer tokenizer, WeightFormat weights = WeightFormat.Float32)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        Model = model;
        (_tokenizer, _decoder) = (tokenizer, new SequenceDecoder(model, tokenizer.VocabularySize, weights));
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _tokenizer;

    /// <summary>
    /// Guesses tokens, so that the model reads several at once where a single text is written; null for one at a time.
    /// </summary>
    public Speculation? Speculation { get; init; }

    /// <summary>Continues a text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the model is not
    /// causal, no text that the constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public static string Generate(
        LanguageModel model,
        Tokenizer tokenizer,
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        using var generator = new TextGenerator(model, tokenizer);
        return generator.Generate(prompt, count, options, seed, cancellationToken);
    }

    /// <summary>Continues a text and yields each piece as soon as it is generated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>Pieces of the continuation; none splits a character.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the model is not
    /// causal, no text that the constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public static IEnumerable<string> Stream(
        LanguageModel model,
        Tokenizer tokenizer,
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        // Errors are reported immediately, and not with the first piece.
        using (var generator = new TextGenerator(model, tokenizer))
        {
            _ = generator.Stream(prompt, count, options, seed, cancellationToken);
        }

        return Pieces();

        IEnumerable<string> Pieces()
        {
            using var generator = new TextGenerator(model, tokenizer);
            foreach (var piece in generator.Stream(prompt, count, options, seed, cancellationToken))
            {
                yield return piece;
            }
        }
    }

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, no text that the
    /// constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public string Generate(
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    ) => string.Concat(Stream(prompt, count, options, seed, cancellationToken));

    /// <summary>Continues a text and yields each piece as soon as it is generated.</summary>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>Pieces of the continuation; none splits a character.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, no text that the
    /// constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public IEnumerable<string> Stream(
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        var texts = Write(prompt, count, options, seed, cancellationToken);
        return Pieces();

        IEnumerable<string> Pieces()
        {
            foreach (var (_, piece) in texts)
            {
                if (piece.Length > 0)
                {
                    yield return piece;
                }
            }
        }
    }

    /// <summary>Continues a text and yields each piece as soon as it is generated, without holding a thread between two of them.</summary>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>Pieces of the continuation; none splits a character.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, no text that the
    /// constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public async IAsyncEnumerable<string> StreamAsync(
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var pieces = Stream(prompt, count, options, seed, cancellationToken).GetEnumerator();
        while (await Task.Run(pieces.MoveNext, cancellationToken).ConfigureAwait(false))
        {
            yield return pieces.Current;
        }
    }

    /// <summary>Continues a text and yields each token with its probability as soon as it is generated.</summary>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="alternatives">How many of the likeliest tokens to report with each, 0 or more.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The tokens. What the last ones leave incomplete is the last piece.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, no text that the
    /// constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public IEnumerable<GeneratedToken> StreamTokens(
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        int alternatives = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(alternatives);
        var texts = Write(prompt, count, options, seed, cancellationToken);
        return Tokens();

        IEnumerable<GeneratedToken> Tokens()
        {
            GeneratedToken? last = null;
            foreach (var (text, piece) in texts)
            {
                if (text is null)
                {
                    last = last is null ? null : last with { Piece = last.Piece + piece };
                    continue;
                }

                if (last is not null)
                {
                    yield return last;
                }

                last = Told(text, piece, alternatives);
            }

            if (last is not null)
            {
                yield return last;
            }
        }
    }

    /// <summary>
    /// Continues several texts at once, which takes less time than one after another: each reading of the weights serves all of them. A
    /// prompt that occurs several times is read once.
    /// </summary>
    /// <param name="prompts">The texts to continue, of any lengths, each at least one character.</param>
    /// <param name="count">How many tokens to generate at most for each.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seeds">The seed of each; it alone, not its place, decides a text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The continuations, in the order of the prompts.</returns>
    /// <exception cref="ArgumentException">There are not as many seeds as prompts.</exception>
    /// <exception cref="ModelGenException">A prompt is empty or contains something that the tokenizer has no token for, no text that the
    /// constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public IReadOnlyList<string> Generate(
        IReadOnlyList<string> prompts,
        int count,
        SamplingOptions options,
        IReadOnlyList<ulong> seeds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (prompts.Count != seeds.Count)
        {
            throw new ArgumentException($"{prompts.Count} prompts need as many seeds; there are {seeds.Count}.", nameof(seeds));
        }

        var encoded = prompts.Select(Encode).ToArray();
        var samplers = encoded.Zip(seeds, (tokens, seed) => Sampler(options, seed, tokens, count)).ToArray();
        var texts = new List<Continuation>();
        try
        {
            var read = new Dictionary<string, TokenSequence>(StringComparer.Ordinal);
            for (var i = 0; i < prompts.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var sequence = read.TryGetValue(prompts[i], out var known) ? known.Fork() : read[prompts[i]] = _decoder.Start(encoded[i]);
                texts.Add(Begin(sequence, samplers[i], count, options));
            }

            return Write(texts, cancellationToken);
        }
        finally
        {
            texts.ForEach(static text => text.Dispose());
        }
    }

    /// <summary>Continues a text with the JSON of a value, and reads it.</summary>
    /// <typeparam name="T">
    /// The type of the value, such as a record; see <see cref="TextConstraint.Json"/>. All members are written, those that cannot be null
    /// are not null, and enumerations are written by name.
    /// </typeparam>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most. The value is complete within them.</param>
    /// <param name="options">How to choose each token; it has no constraint, and its stop texts do not apply.</param>
    /// <param name="seed">The same seed gives the same value.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the type contains
    /// itself or cannot be described, no value of it has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    [RequiresUnreferencedCode("Types are read by reflection; pass a JsonTypeInfo.")]
    [RequiresDynamicCode("Types are read by reflection; pass a JsonTypeInfo.")]
    public T Generate<T>(
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    ) => Generate(prompt, count, options, (JsonTypeInfo<T>)Json.GetTypeInfo(typeof(T)), seed, cancellationToken);

    /// <summary>Continues a text with the JSON of a value, and reads it.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most. The value is complete within them.</param>
    /// <param name="options">How to choose each token; it has no constraint, and its stop texts do not apply.</param>
    /// <param name="type">The type as the serializer sees it, such as from a <c>JsonSerializerContext</c>; see
    /// <see cref="TextConstraint.Json"/>.</param>
    /// <param name="seed">The same seed gives the same value.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the type contains
    /// itself or cannot be described, no value of it has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public T Generate<T>(
        string prompt,
        int count,
        SamplingOptions options,
        JsonTypeInfo<T> type,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Constraint is not null)
        {
            throw new ArgumentException("The type is the constraint; leave out the one of the options.", nameof(options));
        }

        var constrained = options with { Constraint = TextConstraint.Json(type), Stop = [] };
        var text = Generate(prompt, count, constrained, seed, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(text, type)!;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new ModelGenException(
                $"The text '{text}' fits the schema of {typeof(T)}, but its converters do not read it: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>Searches for the likeliest continuations of a text: beam search.</summary>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens a continuation has at most, at least 1; the tokenizer's end-of-text token ends one
    /// before.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The continuations, the best first; fewer than asked for where there are no more.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, no text that the
    /// constraint allows has so few tokens, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public IReadOnlyList<FoundText> Search(
        string prompt,
        int count,
        BeamSearchOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options.Check();
        var search = new BeamSearch(_decoder, _tokenizer, count, options);
        return search.Found(_decoder.Start(Encode(prompt)), cancellationToken);
    }

    /// <summary>
    /// Continues a text with tokens that are likely and unlike what is there already, so that it neither repeats itself nor needs chance:
    /// contrastive search.
    /// </summary>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most, at least 1; the tokenizer's end-of-text token, which is not shown, ends the
    /// text before.</param>
    /// <param name="options">How to choose each token; it is compared with those that the model still sees.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the model shows
    /// no hidden states (<see cref="LanguageModel.CanStep"/> is false, or its last layer is not linear), or the device has too little
    /// memory.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public string Search(string prompt, int count, ContrastiveSearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options.Check();
        var search = new ContrastiveSearch(_decoder, _tokenizer.IdOf(SpecialTokenRole.End), count, options);
        return _tokenizer.Decode(search.Found(Encode(prompt), cancellationToken));
    }

    /// <summary>Frees the packed weights.</summary>
    public void Dispose() => _decoder.Dispose();

    private static GeneratedToken Told(Continuation text, string piece, int alternatives)
    {
        var scores = text.Sequence.Scores;
        var normaliser = LogProbabilities.Normaliser(scores);
        var others = LogProbabilities.Likeliest(scores, alternatives);
        var told = new TokenAlternative[others.Length];
        for (var i = 0; i < told.Length; i++)
        {
            told[i] = new TokenAlternative(others[i], scores[others[i]] - normaliser);
        }

        return new GeneratedToken(text.Token, piece, scores[text.Token] - normaliser, told);
    }

    // Each token right after its choice, with its piece; then, without a text, what the last tokens have left incomplete.
    private IEnumerable<(Continuation? Text, string Piece)> Write(
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var tokens = Encode(prompt);
        _ = Sampler(options, seed, tokens, count);
        return Steps();

        IEnumerable<(Continuation? Text, string Piece)> Steps()
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var text = Begin(_decoder.Start(tokens), Sampler(options, seed, tokens, count), count, options);
            while (text.Choose(out var piece))
            {
                yield return (text, piece);
                cancellationToken.ThrowIfCancellationRequested();
                if (!text.GoesOn)
                {
                    break;
                }

                if (!text.Sequence.HasRead(text.Token) && Guess(text) is { Length: > 0 } next)
                {
                    _decoder.ReadAhead(text.Sequence, [text.Token, .. next]);
                }

                _decoder.Append(text.Sequence, text.Token);
            }

            yield return (null, text.Rest());
        }
    }

    private IReadOnlyList<string> Write(List<Continuation> texts, CancellationToken cancellationToken)
    {
        var written = texts.ConvertAll(static _ => new StringBuilder());
        var open = Enumerable.Range(0, texts.Count).ToList();
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            open.RemoveAll(i =>
            {
                var hasNext = texts[i].Choose(out var piece);
                written[i].Append(piece);
                return !hasNext || !texts[i].GoesOn;
            });
            _decoder.Append(open.ConvertAll(i => texts[i].Sequence), [.. open.Select(i => texts[i].Token)]);
        }

        return [.. texts.Zip(written, static (text, characters) => characters.Append(text.Rest()).ToString())];
    }

    // What follows the last token, which has not been read yet.
    private int[] Guess(Continuation text)
    {
        // A draft may have tokens that the tokenizer has not.
        int[] guess =
        [
            .. (Speculation?.Guess([.. text.Sequence.Window, text.Token]) ?? []).TakeWhile(token => token < _decoder.VocabularySize),
        ];
        return text.Constrained?.Foresee(guess, Math.Max(guess.Length, MostForeseen)) ?? guess;
    }

    private Continuation Begin(TokenSequence sequence, TokenSampler sampler, int count, SamplingOptions options) =>
        new(sequence, sampler, options, _tokenizer, count, Longest(options));

    private TokenSampler Sampler(SamplingOptions options, ulong seed, int[] prompt, int count)
    {
        ArgumentNullException.ThrowIfNull(options);

        // The last token needs no room in the window.
        var room = Longest(options) - Math.Min(prompt.Length, _decoder.ContextLength);
        var sampler = new TokenSampler(options, seed, _tokenizer, room < count ? room + 1 : count);
        sampler.Read(prompt);
        return sampler;
    }

    // How long the window may become.
    private int Longest(SamplingOptions options) => options.PastContext == PastContext.Stop ? _decoder.ContextLength : int.MaxValue;

    private int[] Encode(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var tokens = _tokenizer.Encode(prompt);
        return tokens.Length > 0
            ? tokens
            : throw new ModelGenException(
                "There is nothing to continue: the prompt is empty; pass at least one character, such as a line break."
            );
    }
}
