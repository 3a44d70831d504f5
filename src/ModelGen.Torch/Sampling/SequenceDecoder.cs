using ModelGen.Decoding;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>
/// Computes the scores of the tokens that come next in any number of sequences. The keys and values of what has been read are kept, so that
/// a token costs one position and not the whole sequence.
/// </summary>
/// <remarks>
/// <para>On the CPU, for a model with float32 weights that <see cref="LanguageModel.CanStep"/>, a sequence's scores are the same to the
/// bit, whatever other sequences are computed with it and however its tokens were grouped; elsewhere up to rounding. The weights of linear
/// maps are copied, in another layout, when they are first used: what training changes afterwards needs a new decoder.</para>
/// <para>When a sequence is longer than the model's context, its older half is forgotten, and the rest is read again from position 0: the
/// scores are always those that the model gives for <see cref="TokenSequence.Window"/>.</para>
/// <para>One thread uses a decoder at a time.</para>
/// </remarks>
public sealed class SequenceDecoder : IDisposable
{
    private const string Remedy = "give the model a smaller context, or use another device";

    private readonly nn.Module _model;
    private readonly Device _device;
    private readonly Computation _compute;
    private readonly DecodingState? _state;
    private readonly IDisposable? _merged;
    private bool _isDisposed;

    /// <summary>Decodes with a language model.</summary>
    /// <param name="model">The model, which must outlive the decoder.</param>
    /// <param name="vocabulary">How many tokens have scores, such as the tokenizer's; all of the model's if null.</param>
    /// <param name="weights">How weights are kept on the CPU; elsewhere they stay as they are.</param>
    /// <exception cref="ModelGenException">The model is not causal, or has fewer tokens.</exception>
    public SequenceDecoder(LanguageModel model, int? vocabulary = null, WeightFormat weights = WeightFormat.Float32)
        : this(Causal(model), IsReachable(model), vocabulary, weights) { }

    /// <summary>Decodes with a model that reads a source first; see <see cref="Start(ReadOnlySpan{int}, ReadOnlySpan{int})"/>.</summary>
    /// <param name="model">The model, which must outlive the decoder.</param>
    /// <param name="vocabulary">How many tokens have scores, such as the tokenizer's; all of the model's if null.</param>
    /// <param name="weights">How weights are kept on the CPU; elsewhere they stay as they are.</param>
    /// <exception cref="ModelGenException">The model has fewer tokens.</exception>
    public SequenceDecoder(EncoderDecoder model, int? vocabulary = null, WeightFormat weights = WeightFormat.Float32)
        : this(Present(model), IsReachable(model), vocabulary, weights) { }

    /// <summary>Decodes as on the CPU, or by libtorch alone as elsewhere.</summary>
    internal SequenceDecoder(LanguageModel model, bool isDirect, int? vocabulary = null, WeightFormat weights = WeightFormat.Float32)
        : this(model, Computation.Of(model), model.VocabularySize, vocabulary, weights, isDirect) { }

    /// <summary>Decodes as on the CPU, or by libtorch alone as elsewhere.</summary>
    internal SequenceDecoder(EncoderDecoder model, bool isDirect, int? vocabulary = null, WeightFormat weights = WeightFormat.Float32)
        : this(model, Computation.Of(model), model.VocabularySize, vocabulary, weights, isDirect) { }

    private SequenceDecoder(nn.Module model, Computation compute, int known, int? vocabulary, WeightFormat weights, bool isDirect)
    {
        if (vocabulary > known)
        {
            throw new ModelGenException(
                $"The tokenizer has {vocabulary} tokens, but {model.GetName()} has {known}; use the tokenizer that the model was trained "
                    + "with."
            );
        }

        // Steps read weights, and do not call the layers that have them.
        _merged = LowRankAdapter.Merge(model);
        (_model, _device, _compute) = (model, compute.Device, compute);
        (ContextLength, VocabularySize) = (compute.Context, vocabulary ?? known);
        _state = compute.Step is null ? null : new DecodingState(ContextLength, _device, weights, isDirect);
    }

    /// <summary>The longest window, in tokens.</summary>
    public int ContextLength { get; }

    /// <summary>How many tokens have scores; ids run from 0 to this number minus one.</summary>
    public int VocabularySize { get; }

    /// <summary>Reads the beginning of a sequence.</summary>
    /// <param name="tokens">The tokens, at least one; of more than the context the last ones.</param>
    /// <returns>The sequence, with the scores of its next token; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no token, or one that the model does not know.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public TokenSequence Start(ReadOnlySpan<int> tokens)
    {
        if (_compute.Encode is not null)
        {
            throw new InvalidOperationException($"{_model.GetName()} reads a source first; pass it along.");
        }

        return Start(tokens, memory: null);
    }

    /// <summary>Reads a source, and the beginning of its target.</summary>
    /// <param name="source">The tokens of the source, 1 to the context.</param>
    /// <param name="tokens">Those of the target so far, at least one.</param>
    /// <returns>The target, with the scores of its next token; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no token, or one that the model does not know.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public TokenSequence Start(ReadOnlySpan<int> source, ReadOnlySpan<int> tokens)
    {
        if (_compute.Encode is not { } encode)
        {
            throw new InvalidOperationException($"{_model.GetName()} does not read a source; pass the tokens alone.");
        }

        Check(source, nameof(source));
        if (source.Length > ContextLength)
        {
            throw new ArgumentException($"{_model.GetName()} reads at most {ContextLength} tokens of a source.", nameof(source));
        }

        int[] read = [.. source];
        var memory = Guarded(() =>
        {
            using var scope = NewDisposeScope();
            using var evaluation = EvaluationMode.Of(_model);
            return encode(Input(read));
        });
        memory.Share();
        try
        {
            return Start(tokens, memory);
        }
        finally
        {
            memory.Release();
        }
    }

    /// <summary>Reads the beginning of a sequence that keeps <see cref="TokenSequence.Hidden"/>.</summary>
    /// <param name="tokens">The tokens, at least one; of more than the context the last ones.</param>
    /// <param name="purpose">What hidden states are needed for, as a message begins.</param>
    /// <exception cref="ModelGenException">The model has none, or the device has too little memory.</exception>
    internal TokenSequence StartWithHidden(ReadOnlySpan<int> tokens, string purpose) =>
        _compute.Step is null
            ? throw new ModelGenException(
                $"{purpose} needs the hidden state of each token, and {_model.GetName()}.CanStep is false: the model is computed for whole "
                    + "windows only, as one of its layers, such as 'module', is not known to work token by token. Replace that layer, or "
                    + "search with BeamSearchOptions."
            )
            : Start(tokens, memory: null, purpose);

    /// <summary>Adds a token to each of some sequences and computes what comes next.</summary>
    /// <param name="sequences">The sequences, each once.</param>
    /// <param name="tokens">The token of each.</param>
    /// <exception cref="ArgumentException">There are not as many tokens as sequences, or one that the model does not know.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public void Append(IReadOnlyList<TokenSequence> sequences, ReadOnlySpan<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count != tokens.Length)
        {
            throw new ArgumentException($"{sequences.Count} sequences need as many tokens; there are {tokens.Length}.", nameof(tokens));
        }

        if (tokens.IsEmpty)
        {
            return;
        }

        Check(tokens, nameof(tokens));
        var known = new HashSet<TokenSequence>(sequences.Count);
        foreach (var sequence in sequences)
        {
            sequence.Check(this);
            if (!known.Add(sequence))
            {
                throw new ArgumentException("A sequence is there twice; each takes one token.", nameof(sequences));
            }
        }

        var isComplete = false;
        try
        {
            Add(sequences, tokens);
            isComplete = true;
        }
        finally
        {
            foreach (var sequence in sequences)
            {
                sequence.IsBroken = !isComplete;
            }
        }
    }

    private void Add(IReadOnlyList<TokenSequence> sequences, ReadOnlySpan<int> tokens)
    {
        var together = new List<TokenSequence>();
        for (var i = 0; i < sequences.Count; i++)
        {
            var sequence = sequences[i];
            if (sequence.Ahead.TryDequeue(out var ahead) && ahead.Token == tokens[i])
            {
                sequence.Tokens.Add(tokens[i]);
                ahead.Scores.CopyTo(sequence.ScoreBuffer, 0);
                continue;
            }

            sequence.ForgetAhead();
            if (sequence.Tokens.Count < ContextLength)
            {
                sequence.Tokens.Add(tokens[i]);
                together.Add(sequence);
            }
            else
            {
                int[] kept = [.. sequence.Tokens.TakeLast(Math.Max(1, ContextLength / 2) - 1), tokens[i]];
                sequence.Tokens.Clear();
                sequence.Cache?.Truncate(0);
                sequence.Tokens.AddRange(kept);
                Guarded(() => Read(sequence, kept));
            }
        }

        if (together.Count > 0)
        {
            Guarded(() => Advance(together));
        }
    }

    /// <summary>
    /// Reads tokens that may come next, all at once: as long as they are then added, <see cref="Append(TokenSequence, int)"/> has nothing
    /// to compute, and gives the same scores to the bit on the CPU.
    /// </summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="tokens">The tokens; those that the context has no room for are left out.</param>
    /// <exception cref="ArgumentException">The model does not know one of the tokens.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public void ReadAhead(TokenSequence sequence, ReadOnlySpan<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        sequence.Check(this);
        sequence.ForgetAhead();
        int[] read = [.. tokens[..Math.Min(tokens.Length, ContextLength - sequence.Tokens.Count)]];
        if (read.Length == 0 || sequence.KeepsHidden)
        {
            return;
        }

        Check(read, nameof(tokens));
        Guarded(() => ReadAhead(sequence, read));
    }

    /// <summary>Takes the last tokens of a sequence away; it has the right scores again after the next one is added.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="length">How many tokens of its window stay.</param>
    internal static void Rewind(TokenSequence sequence, int length)
    {
        sequence.Tokens.RemoveRange(length, sequence.Tokens.Count - length);
        sequence.ForgetAhead();
    }

    /// <summary>Adds a token to a sequence and computes what comes next.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentException">The model does not know the token.</exception>
    /// <exception cref="ModelGenException">The device has too little memory.</exception>
    public void Append(TokenSequence sequence, int token) => Append([sequence], [token]);

    /// <summary>Frees the packed weights; sequences are the caller's.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _state?.Dispose();
        _merged?.Dispose();
    }

    private static bool IsReachable(nn.Module model) =>
        model.parameters().All(static weight => weight.device_type == DeviceType.CPU && weight.dtype == ScalarType.Float32);

    private static LanguageModel Causal(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.IsCausal
            ? model
            : throw new ModelGenException(
                $"{model.GetName()} sees later tokens when it predicts one, so that it cannot continue a text; MaskFilling fills gaps in "
                    + "one."
            );
    }

    private static EncoderDecoder Present(EncoderDecoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model;
    }

    private TokenSequence Start(ReadOnlySpan<int> tokens, DecoderMemory? memory, string? purposeOfHidden = null)
    {
        Check(tokens, nameof(tokens));
        int[] window = [.. tokens[Math.Max(0, tokens.Length - ContextLength)..]];
        var sequence = new TokenSequence(this, _state is null ? null : new SequenceCache(ContextLength), memory)
        {
            KeepsHidden = purposeOfHidden is not null,
        };
        sequence.Tokens.AddRange(window);
        try
        {
            Guarded(() => Read(sequence, window));
            return sequence.KeepsHidden && sequence.Hidden.Length == 0
                ? throw new ModelGenException(
                    $"{purposeOfHidden} needs the hidden state of each token, the input of a last layer that is 'unembed' or 'linear'; "
                        + $"{_model.GetName()} ends with another one. End its network with one of these, or search with BeamSearchOptions."
                )
                : sequence;
        }
        catch
        {
            sequence.Dispose();
            throw;
        }
    }

    private Tensor Input(int[] tokens) =>
        tensor(Array.ConvertAll(tokens, static token => (long)token), [1, tokens.Length], device: _device);

    // The tokens are those of the whole window.
    private void Read(TokenSequence sequence, int[] tokens)
    {
        using var scope = NewDisposeScope();
        using var input = Input(tokens);
        if (_compute.Step is null)
        {
            using var evaluation = EvaluationMode.Of(_model);
            var all = _compute.Whole(input, sequence.Memory);
            Copy(all.narrow(1, -1, 1), [sequence.ScoreBuffer]);
            return;
        }

        using var noGrad = no_grad();
        var caches = new SequenceCache[tokens.Length];
        Array.Fill(caches, sequence.Cache!);
        using var step = new DecodingStep(_state!, caches, wantsLast: true, sequence.KeepsHidden);
        var scores = _compute.Step(input, sequence.Memory, step);
        sequence.Cache!.Advance(tokens.Length);
        sequence.Hidden = step.Hidden ?? [];
        Copy(scores.narrow(1, -1, 1), [sequence.ScoreBuffer]);
    }

    private void ReadAhead(TokenSequence sequence, int[] tokens)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor scores;
        if (_compute.Step is null)
        {
            using var evaluation = EvaluationMode.Of(_model);
            using var whole = Input([.. sequence.Tokens, .. tokens]);
            scores = _compute.Whole(whole, sequence.Memory).narrow(1, -tokens.Length, tokens.Length);
        }
        else
        {
            using var input = Input(tokens);
            var caches = new SequenceCache[tokens.Length];
            Array.Fill(caches, sequence.Cache!);
            using var step = new DecodingStep(_state!, caches);
            scores = _compute.Step(input, sequence.Memory, step);
            sequence.Cache!.Advance(tokens.Length);
        }

        var rows = Array.ConvertAll(tokens, _ => new float[VocabularySize]);
        Copy(scores, rows);
        foreach (var ahead in tokens.Zip(rows))
        {
            sequence.Ahead.Enqueue(ahead);
        }
    }

    // Each has its new token already.
    private void Advance(IReadOnlyList<TokenSequence> sequences)
    {
        if (_compute.Step is null)
        {
            foreach (var sequence in sequences)
            {
                Read(sequence, [.. sequence.Tokens]);
            }

            return;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = new int[sequences.Count];
        var caches = new SequenceCache[sequences.Count];
        for (var i = 0; i < caches.Length; i++)
        {
            (tokens[i], caches[i]) = (sequences[i].Tokens[^1], sequences[i].Cache!);
        }

        using var input = Input(tokens);
        using var step = new DecodingStep(_state!, caches, keepsHidden: sequences.Any(static sequence => sequence.KeepsHidden));
        var scores = _compute.Step(input, sequences[0].Memory, step);
        for (var i = 0; i < caches.Length; i++)
        {
            caches[i].Advance(1);
            sequences[i].Hidden = step.Hidden is { } hidden ? [hidden[i]] : [];
        }

        Copy(scores, [.. sequences.Select(static sequence => sequence.ScoreBuffer)]);
    }

    // From [1, rows, the model's vocabulary].
    private unsafe void Copy(Tensor scores, IReadOnlyList<float[]> rows)
    {
        using var onHost = scores.to(ScalarType.Float32).cpu().contiguous();
        var (data, width) = ((nint)onHost.DataPointer(), onHost.size(-1));
        for (var row = 0; row < rows.Count; row++)
        {
            new ReadOnlySpan<float>((float*)data + (row * width), VocabularySize).CopyTo(rows[row]);
        }
    }

    private void Check(ReadOnlySpan<int> tokens, string name)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There is no token to read.", name);
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)VocabularySize)
            {
                throw new ArgumentException($"{token} is not the id of a token; ids run from 0 to {VocabularySize - 1}.", name);
            }
        }
    }

    private static void Guarded(Action action) =>
        _ = Guarded(() =>
        {
            action();
            return true;
        });

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (OutOfMemory.Explain(exception, Remedy) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>How a model gives scores [1, T, vocabulary] for tokens [1, T].</summary>
    /// <param name="Device">The device of the model.</param>
    /// <param name="Context">How many tokens it reads at once.</param>
    /// <param name="Whole">For a whole window.</param>
    private sealed record Computation(Device Device, int Context, Func<Tensor, DecoderMemory?, Tensor> Whole)
    {
        /// <summary>For some positions after those that are kept; null where it cannot.</summary>
        public Func<Tensor, DecoderMemory?, DecodingStep, Tensor>? Step { get; init; }

        /// <summary>What its decoder attends to, from a source [1, S]; null where it reads none.</summary>
        public Func<Tensor, DecoderMemory>? Encode { get; init; }

        public static Computation Of(LanguageModel model) =>
            new(model.Device, model.ContextLength, (tokens, _) => model.call(tokens))
            {
                Step = model.CanStep ? (tokens, _, step) => model.Step(tokens, step) : null,
            };

        public static Computation Of(EncoderDecoder model) =>
            new(model.Device, model.ContextLength, (tokens, memory) => model.Decoder.call((tokens, memory!.States, memory.Presence)))
            {
                Step =
                    model.CanStep && model.Decoder is GeneratedModule<(Tensor, Tensor, Tensor), Tensor> decoder
                        ? (tokens, memory, step) => decoder.Step((tokens, memory!.States, memory.Presence), step)
                        : null,
                Encode = source =>
                {
                    var states = model.Encoder.call(source);
                    var presence = Presence.Of(source, model.PaddingId);
                    return new DecoderMemory(states.DetachFromDisposeScope(), presence.DetachFromDisposeScope());
                },
            };
    }
}
