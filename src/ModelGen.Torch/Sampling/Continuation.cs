using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>A text that is being written: its sequence, what chooses its tokens, and what is left of a half-written character.</summary>
internal sealed class Continuation : IDisposable
{
    private readonly TokenSampler _sampler;
    private readonly SamplingOptions _options;
    private readonly TokenDecoder _text;
    private readonly StopTexts _stop;
    private readonly int? _end;
    private readonly int _count;
    private readonly int _longest;
    private int _written;
    private bool _hasEnded;

    /// <param name="sequence">What has been read; it is freed with the text.</param>
    /// <param name="sampler">Chooses its tokens.</param>
    /// <param name="options">When it ends.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="count">How many tokens it has at most.</param>
    /// <param name="longest">How long the window may become; the text ends where a token finds no room in it.</param>
    public Continuation(
        TokenSequence sequence,
        TokenSampler sampler,
        SamplingOptions options,
        Tokenizer tokenizer,
        int count,
        int longest = int.MaxValue
    )
    {
        (Sequence, _sampler, _options, _longest) = (sequence, sampler, options, longest);
        _count = Math.Min(count, options.MaxTokens ?? count);
        (_text, _end, _stop) = (tokenizer.CreateDecoder(), tokenizer.IdOf(SpecialTokenRole.End), new StopTexts(options.Stop));
    }

    /// <summary>What has been read and written.</summary>
    public TokenSequence Sequence { get; }

    /// <summary>The token that was chosen last.</summary>
    public int Token { get; private set; }

    /// <summary>Whether another token may follow, for which the last one has to be read.</summary>
    public bool GoesOn => !_hasEnded && !_sampler.IsComplete && _written < _count && Sequence.Window.Count < _longest;

    /// <summary>What it may become; null where it may become anything.</summary>
    public ConstrainedText? Constrained => _sampler.Constrained;

    /// <summary>Chooses the next token.</summary>
    /// <param name="piece">The characters that it completes.</param>
    /// <returns>Whether it belongs to the text; otherwise the text has ended.</returns>
    public bool Choose(out string piece)
    {
        piece = "";
        if (_written == _count || _sampler.IsComplete)
        {
            return false;
        }

        _written++;
        Token = _sampler.Next(Sequence.Scores);
        if (Token == _end)
        {
            _hasEnded = true;
            return false;
        }

        piece = _stop.Append(_text.Append(Token), _written >= _options.MinTokens);
        _hasEnded |= _stop.IsReached;
        return true;
    }

    /// <summary>The characters that the last tokens have left incomplete, when no more will come.</summary>
    public string Rest() => _stop.Append(_text.Flush(), mayEnd: true) + _stop.Flush();

    public void Dispose() => Sequence.Dispose();
}
