using ModelGen.Decoding;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>A sequence of tokens that grows, with the scores of the token that comes next; see <see cref="SequenceDecoder"/>.</summary>
public sealed class TokenSequence : IDisposable
{
    private readonly List<int> _window;
    private readonly float[] _scores;

    internal TokenSequence(int vocabulary, SequenceCache? cache, DecoderMemory? memory)
        : this([], new float[vocabulary], cache, memory) { }

    private TokenSequence(List<int> window, float[] scores, SequenceCache? cache, DecoderMemory? memory)
    {
        (_window, _scores, Cache, Memory) = (window, scores, cache, memory);
        memory?.Share();
    }

    /// <summary>The tokens that the next one depends on, no more than the model's context.</summary>
    public IReadOnlyList<int> Window => _window;

    /// <summary>The score (logit) of each token that may come next.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    internal SequenceCache? Cache { get; }

    internal DecoderMemory? Memory { get; }

    internal float[] ScoreBuffer => _scores;

    internal List<int> Tokens => _window;

    /// <summary>Tokens that have been read beyond the window, each with the scores after it.</summary>
    internal Queue<(int Token, float[] Scores)> Ahead { get; } = new();

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
        var copy = new TokenSequence([.. _window], [.. _scores], Cache?.Fork(), Memory);
        copy.ForgetAhead();
        return copy;
    }

    /// <summary>Releases the memory of its keys and values.</summary>
    public void Dispose()
    {
        Cache?.Dispose();
        Memory?.Release();
    }
}
