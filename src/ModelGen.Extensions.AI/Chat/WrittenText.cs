using Microsoft.Extensions.AI;
using ModelGen.Constraints;
using ModelGen.Sampling;

namespace ModelGen.Chat;

/// <summary>
/// A text that the model is writing as an answer. One thread at a time uses it, and nothing else its generator meanwhile.
/// </summary>
/// <param name="generator">The model.</param>
/// <param name="request">What is asked for.</param>
/// <param name="seed">The seed.</param>
/// <param name="constraint">What it may be; any text if null.</param>
internal sealed class WrittenText(TextGenerator generator, ChatRequest request, long seed, TextConstraint? constraint = null) : IDisposable
{
    private readonly List<int> _tokens = [];
    private IEnumerator<GeneratedToken>? _writing;
    private int _promptTokens;
    private int _longest;
    private int _characters;
    private SamplingOptions _sampling = request.Sampling;

    /// <summary>How many tokens the prompt and the text have.</summary>
    public UsageDetails Usage =>
        new()
        {
            InputTokenCount = _promptTokens,
            OutputTokenCount = _tokens.Count,
            TotalTokenCount = _promptTokens + _tokens.Count,
        };

    /// <summary>Why the text has ended.</summary>
    public ChatFinishReason FinishReason =>
        _tokens.Count < _longest || _sampling.Constraint is not null || IsCut ? ChatFinishReason.Stop : ChatFinishReason.Length;

    // What a stop text ends has lost it.
    private bool IsCut => _sampling.Stop.Count > 0 && generator.Tokenizer.Decode([.. _tokens]).Length > _characters;

    /// <summary>Writes a token.</summary>
    /// <param name="cancellationToken">Cancels the text.</param>
    /// <returns>The characters that are certain since the last one, perhaps none; null at the end.</returns>
    public string? Next(CancellationToken cancellationToken)
    {
        _writing ??= Begin(cancellationToken);
        if (!_writing.MoveNext())
        {
            return null;
        }

        var token = _writing.Current;
        _tokens.Add(token.Id);
        _characters += token.Piece.Length;
        return token.Piece;
    }

    public void Dispose() => _writing?.Dispose();

    private IEnumerator<GeneratedToken> Begin(CancellationToken cancellationToken)
    {
        _promptTokens = generator.Tokenizer.Encode(request.Prompt).Length;
        var context = generator.Model.ContextLength;
        if (_promptTokens > context)
        {
            var told = request.Told.Length > 0 ? generator.Tokenizer.Encode(request.Told).Length : 0;
            throw new ModelGenException(
                $"The conversation has {_promptTokens} tokens{(told > 0 ? $", {told} of them for functions and schemas" : "")}, and "
                    + $"{generator.Model.GetName()} reads at most {context}; leave its first messages out, or shorten them."
            );
        }

        if (constraint is not null)
        {
            _sampling = _sampling with { Stop = [], MinTokens = 0, Constraint = constraint };
        }

        // The last token need not be read.
        _longest = Math.Min(Math.Min(request.MaxTokens, request.Sampling.MaxTokens ?? int.MaxValue), context - _promptTokens + 1);
        return generator
            .StreamTokens(request.Prompt, request.MaxTokens, _sampling, unchecked((ulong)seed), cancellationToken: cancellationToken)
            .GetEnumerator();
    }
}
