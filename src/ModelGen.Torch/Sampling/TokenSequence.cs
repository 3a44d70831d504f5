using ModelGen.Decoding;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>A sequence of tokens that grows, with the scores of the token that comes next; see <see cref="SequenceDecoder"/>.</summary>
public sealed class TokenSequence : IDisposable
{
    private readonly List<int> _window;
    private readonly float[] _scores;

    private readonly SequenceDecoder _owner;
    private bool _isDisposed;

    internal TokenSequence(SequenceDecoder owner, SequenceCache? cache, DecoderMemory? memory)
        : this(owner, [], new float[owner.VocabularySize], cache, memory) { }

    private TokenSequence(SequenceDecoder owner, List<int> window, float[] scores, SequenceCache? cache, DecoderMemory? memory)
    {
        (_owner, _window, _scores, Cache, Memory) = (owner, window, scores, cache, memory);
        memory?.Share();
    }

    /// <summary>The tokens that the next one depends on, no more than the model's context.</summary>
    public IReadOnlyList<int> Window => _window;

    /// <summary>The score (logit) of each token that may come next.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Whether computing its last token has failed, so that what it keeps is incomplete.</summary>
    internal bool IsBroken { get; set; }

    internal SequenceCache? Cache { get; }

    internal DecoderMemory? Memory { get; }

    /// <summary>Whether <see cref="Hidden"/> is kept.</summary>
    internal bool KeepsHidden { get; init; }

    /// <summary>What the model made scores of, for each position that was computed last.</summary>
    internal float[][] Hidden { get; set; } = [];

    internal float[] ScoreBuffer => _scores;

    internal List<int> Tokens => _window;

    /// <summary>Tokens that have been read beyond the window, each with the scores after it.</summary>
    internal Queue<(int Token, float[] Scores)> Ahead { get; } = new();

    /// <summary>Throws where it cannot be used with a decoder.</summary>
    internal void Check(SequenceDecoder decoder)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (decoder != _owner)
        {
            throw new ArgumentException("The sequence is another decoder's; a decoder goes on with those that it has started.");
        }

        if (IsBroken)
        {
            throw new InvalidOperationException("The sequence's last token could not be computed; start the sequence anew.");
        }
    }

    /// <summary>Whether a token has been read as the next one.</summary>
    internal bool HasRead(int token) => Ahead.TryPeek(out var next) && next.Token == token;

    /// <summary>Forgets what has been read beyond the window.</summary>
    internal void ForgetAhead()
    {
        Ahead.Clear();
        Cache?.Truncate(_window.Count);
    }

    /// <summary>A copy that goes on by itself; what has been read is not read again.</summary>
    /// <returns>The copy; the caller disposes it.</returns>
    public TokenSequence Fork()
    {
        Check(_owner);
        var copy = new TokenSequence(_owner, [.. _window], [.. _scores], Cache?.Fork(), Memory)
        {
            KeepsHidden = KeepsHidden,
            Hidden = Hidden,
        };
        copy.ForgetAhead();
        return copy;
    }

    /// <summary>Becomes the same as another that differs in the last token alone, without copying what they share.</summary>
    internal void TakeOverLast(TokenSequence other)
    {
        Check(_owner);
        other.Check(_owner);
        _window[^1] = other._window[^1];
        other._scores.CopyTo(_scores, 0);
        Hidden = other.Hidden;
        Cache?.TakeOverLast(other.Cache!);
    }

    /// <summary>Releases the memory of its keys and values.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Cache?.Dispose();
        Memory?.Release();
    }
}
