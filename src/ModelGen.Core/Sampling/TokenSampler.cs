using ModelGen.RandomNumbers;
using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>Samples tokens from logits with its own random numbers: the same seed and the same logits give the same tokens.</summary>
/// <remarks>
/// First <see cref="SamplingOptions.LogitBias"/> is added, and the logits of tokens that have occurred are lowered, as
/// <see cref="SamplingOptions.RepetitionPenalty"/>, <see cref="SamplingOptions.PresencePenalty"/> and
/// <see cref="SamplingOptions.FrequencyPenalty"/> say. Then top-k, temperature, top-p, min-p and typical-p apply in this order, each to the
/// distribution that the one before has left, scaled to a sum of 1.
/// </remarks>
public sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly ulong _seed;
    private readonly TokenCandidates _candidates = new();
    private readonly Dictionary<int, int> _written = []; // how often each token, 0 for those that were only read
    private readonly (int Token, double Number)[] _bias = [];
    private readonly int? _end;
    private ulong _drawn;

    /// <summary>Creates a sampler that knows tokens by their ids alone.</summary>
    /// <param name="options">How to sample, without <see cref="SamplingOptions.LogitBias"/>, <see cref="SamplingOptions.MinTokens"/> and
    /// <see cref="SamplingOptions.Constraint"/>, which need a tokenizer.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">An option is out of range or needs a tokenizer.</exception>
    public TokenSampler(SamplingOptions options, ulong seed)
        : this(seed, options)
    {
        if (options.LogitBias.Count > 0 || options.MinTokens > 0 || options.Constraint is not null)
        {
            throw new ArgumentException(
                "A logit bias, a least number of tokens and a constraint need a tokenizer; pass it along.",
                nameof(options)
            );
        }
    }

    /// <summary>Creates a sampler for the tokens of a tokenizer.</summary>
    /// <param name="options">How to sample.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="count">How many tokens the text may have; a constraint is met within them, and within
    /// <see cref="SamplingOptions.MaxTokens"/>. Null for any number.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The logit bias names a text that is not one token, or no text that the constraint allows can be
    /// written with the tokenizer's tokens, or with so many of them.</exception>
    public TokenSampler(SamplingOptions options, ulong seed, Tokenizer tokenizer, int? count = null)
        : this(seed, options)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _bias = [.. options.LogitBias.Select(pair => (Token(tokenizer, pair.Key), pair.Value))];
        _end = tokenizer.IdOf(SpecialTokenRole.End);
        if (options.Constraint is { } constraint)
        {
            var most = Math.Min(count ?? int.MaxValue, options.MaxTokens ?? int.MaxValue);
            Constrained = new ConstrainedText(constraint, tokenizer, most, options.MinTokens);
        }
    }

    private TokenSampler(ulong seed, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_options, _seed) = (options, seed);
    }

    /// <summary>Whether the text has ended, because the constraint lets nothing follow.</summary>
    public bool IsComplete => Constrained is { IsComplete: true };

    /// <summary>The text so far; null without a constraint.</summary>
    internal ConstrainedText? Constrained { get; private set; }

    /// <summary>The distribution that the first token is drawn from if none was read before.</summary>
    /// <param name="logits">A logit per token.</param>
    /// <param name="options">How to sample.</param>
    /// <returns>A probability per token; 1 for the most likely token if the temperature is 0.</returns>
    /// <exception cref="ArgumentException">There are no logits, or an option is out of range.</exception>
    /// <exception cref="ModelGenException">The logits are not finite.</exception>
    public static double[] Probabilities(ReadOnlySpan<float> logits, SamplingOptions options) =>
        new TokenSampler(options, seed: 0).Probabilities(logits);

    /// <summary>The distribution that the next token is drawn from.</summary>
    /// <param name="logits">A logit per token.</param>
    /// <returns>A probability per token; 1 for the most likely token if the temperature is 0.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    /// <exception cref="InvalidOperationException"><see cref="IsComplete"/>, and there is no end-of-text token.</exception>
    /// <exception cref="ModelGenException">The logits are not finite.</exception>
    public double[] Probabilities(ReadOnlySpan<float> logits)
    {
        Choose(logits);
        var probabilities = new double[logits.Length];
        for (var i = 0; i < _candidates.Tokens.Length; i++)
        {
            probabilities[_candidates.Tokens[i]] = _candidates.Scores[i];
        }

        return probabilities;
    }

    /// <summary>Tells of tokens before the first one that is drawn, such as a prompt's; the repetition penalty counts them.</summary>
    /// <param name="tokens">Their ids.</param>
    public void Read(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            _written.TryAdd(token, 0);
        }
    }

    /// <summary>Draws the next token.</summary>
    /// <param name="logits">A logit per token.</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    /// <exception cref="InvalidOperationException"><see cref="IsComplete"/>, and there is no end-of-text token.</exception>
    /// <exception cref="ModelGenException">The logits are not finite.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        Choose(logits);
        var point = CounterRandom.Uniform(_seed, CounterRandom.Stream.Sampling, _drawn++);
        var (next, cumulative) = (0, 0.0);
        for (var i = 0; i < _candidates.Tokens.Length; i++)
        {
            if (_candidates.Scores[i] == 0)
            {
                continue;
            }

            // The last one also where rounding leaves the sum just below the point.
            next = _candidates.Tokens[i];
            cumulative += _candidates.Scores[i];
            if (point < cumulative)
            {
                break;
            }
        }

        _written[next] = _written.GetValueOrDefault(next) + 1;
        if (next != _end)
        {
            Constrained = Constrained?.Then(next);
        }

        return next;
    }

    private static int Token(Tokenizer tokenizer, string text)
    {
        var tokens = tokenizer.Encode(text);
        return tokens is [var only]
            ? only
            : throw new ModelGenException(
                $"The logit bias names '{text}', which the tokenizer writes with {tokens.Length} tokens; name a text that is one token."
            );
    }

    private void Choose(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty)
        {
            throw new ArgumentException("There must be at least one logit.", nameof(logits));
        }

        _candidates.Begin(logits);
        foreach (var (token, number) in _bias)
        {
            _candidates.Add(token, number);
        }

        Penalise(logits.Length);
        if (Constrained is not null)
        {
            Constrain(Constrained);
        }
        else if (_end is { } end && _drawn < (ulong)_options.MinTokens)
        {
            _candidates.LeaveOut(end);
        }

        if (_options.Temperature == 0)
        {
            _candidates.KeepLikeliest();
            return;
        }

        if (_options.TopK is { } count)
        {
            _candidates.KeepTop(count);
        }

        _candidates.ToProbabilities(_options.Temperature);
        if (_options.TopP is { } nucleus and < 1)
        {
            _candidates.KeepNucleus(nucleus);
        }

        if (_options.MinP is { } share)
        {
            _candidates.KeepAtLeast(share);
        }

        if (_options.TypicalP is { } mass and < 1)
        {
            _candidates.KeepTypical(mass);
        }
    }

    private void Constrain(ConstrainedText text)
    {
        _candidates.Keep(text.Allowed.Tokens(), text.MayEnd ? _end : null);
        if (_candidates.Tokens.IsEmpty)
        {
            throw new InvalidOperationException("The text is complete; nothing may follow under its constraint.");
        }
    }

    private void Penalise(int vocabulary)
    {
        if (_options is { RepetitionPenalty: 1, PresencePenalty: 0, FrequencyPenalty: 0 })
        {
            return;
        }

        foreach (var (token, count) in _written)
        {
            if (token < vocabulary)
            {
                _candidates.Penalise(
                    token,
                    _options.RepetitionPenalty,
                    (count > 0 ? _options.PresencePenalty : 0) + (count * _options.FrequencyPenalty)
                );
            }
        }
    }
}
