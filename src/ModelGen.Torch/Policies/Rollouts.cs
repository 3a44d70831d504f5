using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.RandomNumbers;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Policies;

/// <summary>Writes several answers to each of some prompts, all at the same time: what policies learn from.</summary>
/// <remarks>
/// <para>A prompt is read once, and its answers go on from what is kept of it; a token of an answer costs one position. Tokens are drawn
/// from softmax(scores / temperature) and from nothing else, so that what is trained is what was drawn from.</para>
/// <para>The same weights and seed give the same answers: each has random numbers of its own. On the CPU they are the same whatever other
/// answers are written beside them, see <see cref="SequenceDecoder"/>.</para>
/// </remarks>
public sealed class Rollouts
{
    private readonly LanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly AnswerEncoder _encoder;
    private readonly double _temperature;
    private readonly int _mostTokens;

    /// <summary>Binds a model.</summary>
    /// <param name="model">The model, which must be causal.</param>
    /// <param name="tokenizer">Its tokenizer, which has a token that ends an answer.</param>
    /// <param name="mostTokens">The most tokens of an answer, with the one that ends it, at least 1; fewer where the context has no room
    /// for them.</param>
    /// <param name="temperature">What scores are divided by, above 0.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <exception cref="ModelGenException">The tokenizer has no end token.</exception>
    public Rollouts(LanguageModel model, Tokenizer tokenizer, int mostTokens, double temperature = 1, AnswerTemplate? template = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostTokens, 1);
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be above 0 and finite.");
        }

        (_model, _tokenizer, _mostTokens, _temperature) = (model, tokenizer, mostTokens, temperature);
        _encoder = new AnswerEncoder(tokenizer, template);
    }

    /// <summary>Writes answers with the model's current weights.</summary>
    /// <param name="prompts">The prompts; an empty one lets the model begin by itself.</param>
    /// <param name="answers">How many to each, at least 1.</param>
    /// <param name="seed">The same seed gives the same answers.</param>
    /// <param name="cancellation">Cancels it between two tokens.</param>
    /// <returns>The answers to the first prompt, then those to the second, and so on.</returns>
    /// <exception cref="ModelGenException">A prompt is longer than the model's context or has something that the tokenizer lacks, the model
    /// is not causal, its scores are not finite, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<Rollout> Generate(
        IReadOnlyList<string> prompts,
        int answers,
        ulong seed = 0,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 1);
        return Generate([.. prompts.Select(text => new EncodedPrompt(text, _encoder.Prompt(text)))], answers, seed, cancellation);
    }

    /// <summary>Writes answers to prompts that have been tokenized.</summary>
    internal Rollout[] Generate(IReadOnlyList<EncodedPrompt> prompts, int answers, ulong seed, CancellationToken cancellation = default)
    {
        if (prompts.FirstOrDefault(prompt => prompt.Tokens.Length > _model.ContextLength) is { } tooLong)
        {
            throw new ModelGenException(
                $"A prompt has {tooLong.Tokens.Length} tokens, but {_model.GetName()} reads at most {_model.ContextLength}; shorten it."
            );
        }

        // Packed weights are those of the moment, and adapters are merged while the decoder lives.
        using var decoder = new SequenceDecoder(_model, _tokenizer.VocabularySize);
        var all = new Draft[prompts.Count * answers];
        var open = new List<TokenSequence>(all.Length);
        try
        {
            Start(decoder, prompts, answers, all, open);
            Write(decoder, all, open, seed, cancellation);
        }
        finally
        {
            open.ForEach(static sequence => sequence.Dispose());
        }

        return Array.ConvertAll(all, Finished);
    }

    private void Start(SequenceDecoder decoder, IReadOnlyList<EncodedPrompt> prompts, int answers, Draft[] all, List<TokenSequence> open)
    {
        var firsts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < all.Length; i++)
        {
            var prompt = prompts[i / answers];
            var room = _model.ContextLength + 1 - prompt.Tokens.Length; // the last token is not read
            all[i] = new Draft(prompt, Math.Min(_mostTokens, room));
            if (firsts.TryGetValue(prompt.Text, out var first))
            {
                open.Add(open[first].Fork());
            }
            else
            {
                firsts.Add(prompt.Text, i);
                open.Add(decoder.Start(prompt.Tokens));
            }
        }
    }

    private void Write(SequenceDecoder decoder, Draft[] all, List<TokenSequence> open, ulong seed, CancellationToken cancellation)
    {
        var which = Enumerable.Range(0, all.Length).ToArray();
        var next = new int[all.Length];
        var seeds = Array.ConvertAll(which, index => CounterRandom.Bits(seed, CounterRandom.Stream.Rollouts, (ulong)index));
        var weights = new float[decoder.VocabularySize];
        for (var place = 0UL; open.Count > 0; place++)
        {
            cancellation.ThrowIfCancellationRequested();
            var kept = 0;
            for (var i = 0; i < open.Count; i++)
            {
                var draft = all[which[i]];
                var point = CounterRandom.Uniform(seeds[which[i]], CounterRandom.Stream.Sampling, place);
                var token = Draw(open[i].Scores, weights, point);
                draft.Tokens.Add(token);
                draft.IsFinished = token == _encoder.End;
                if (draft.IsFinished || draft.Tokens.Count == draft.Most)
                {
                    open[i].Dispose();
                    continue;
                }

                (open[kept], which[kept], next[kept]) = (open[i], which[i], token);
                kept++;
            }

            open.RemoveRange(kept, open.Count - kept);
            decoder.Append(open, next.AsSpan(0, kept));
        }
    }

    // From softmax(scores / temperature), by the inverse of its distribution function.
    private int Draw(ReadOnlySpan<float> scores, float[] weights, double point)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            highest = score > highest ? score : highest;
        }

        Weigh(scores, highest, weights);
        var sum = 0.0;
        for (var token = 0; token < scores.Length; token++)
        {
            sum += weights[token];
        }

        if (!double.IsFinite(sum))
        {
            throw new ModelGenException(
                $"The scores of {_model.GetName()} are not finite; its weights are damaged or its training diverged, so use another "
                    + "checkpoint."
            );
        }

        var (rest, last) = (point * sum, 0);
        for (var token = 0; token < scores.Length; token++)
        {
            if (weights[token] == 0)
            {
                continue;
            }

            // The last one also where rounding leaves the sum just below the point.
            last = token;
            rest -= weights[token];
            if (rest < 0)
            {
                break;
            }
        }

        return last;
    }

    private void Weigh(ReadOnlySpan<float> scores, float highest, Span<float> weights)
    {
        var (factor, shift) = (Vector512.Create((float)(1 / _temperature)), Vector512.Create(highest));
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(scores);
        var results = MemoryMarshal.Cast<float, Vector512<float>>(weights);
        for (var i = 0; i < vectors.Length; i++)
        {
            results[i] = Vector512.Exp((vectors[i] - shift) * factor);
        }

        for (var token = vectors.Length * Vector512<float>.Count; token < scores.Length; token++)
        {
            weights[token] = MathF.Exp((scores[token] - highest) * (float)(1 / _temperature));
        }
    }

    private Rollout Finished(Draft draft)
    {
        var written = CollectionsMarshal.AsSpan(draft.Tokens);
        var text = _tokenizer.Decode(draft.IsFinished ? written[..^1] : written);
        return new Rollout(draft.Prompt.Text, draft.Prompt.Tokens, draft.Tokens, text, draft.IsFinished);
    }

    /// <summary>An answer that is being written.</summary>
    private sealed class Draft(EncodedPrompt prompt, int most)
    {
        public EncodedPrompt Prompt { get; } = prompt;

        public int Most { get; } = most;

        public List<int> Tokens { get; } = [];

        public bool IsFinished { get; set; }
    }
}
