using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>A text that is being written: its sequence, what chooses its tokens, and what is left of a half-written character.</summary>
internal sealed class Continuation : IDisposable
{
    private readonly TokenSampler _sampler;
    private readonly TokenDecoder _text;
    private readonly int? _end;
    private readonly int _longest;
    private int _left;

    /// <param name="sequence">What has been read; it is freed with the text.</param>
    /// <param name="sampler">Chooses its tokens.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="count">How many tokens it has at most.</param>
    /// <param name="longest">How long the window may become; the text ends where a token finds no room in it.</param>
    public Continuation(TokenSequence sequence, TokenSampler sampler, Tokenizer tokenizer, int count, int longest)
    {
        (Sequence, _sampler, _left, _longest) = (sequence, sampler, count, longest);
        (_text, _end) = (tokenizer.CreateDecoder(), tokenizer.IdOf(SpecialTokenRole.End));
    }

    /// <summary>What has been read and written.</summary>
    public TokenSequence Sequence { get; }

    /// <summary>The token that was chosen last.</summary>
    public int Token { get; private set; }

    /// <summary>Whether another token may follow, for which the last one has to be read.</summary>
    public bool GoesOn => _left > 0 && Sequence.Window.Count < _longest;

    /// <summary>Chooses the next token.</summary>
    /// <param name="piece">The characters that it completes.</param>
    /// <returns>Whether there is one; otherwise the text has ended with the piece.</returns>
    public bool Choose(out string piece)
    {
        if (_left > 0)
        {
            _left--;
            Token = _sampler.Next(Sequence.Scores);
            if (Token != _end)
            {
                piece = _text.Append(Token);
                return true;
            }

            _left = 0;
        }

        piece = _text.Flush();
        return false;
    }

    /// <summary>Ends the text after its last token.</summary>
    /// <returns>The characters that its last tokens leave incomplete.</returns>
    public string End()
    {
        _left = 0;
        return _text.Flush();
    }

    public void Dispose() => Sequence.Dispose();
}
