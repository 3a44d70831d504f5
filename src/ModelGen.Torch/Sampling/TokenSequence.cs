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

    /// <summary>A copy that goes on by itself; what has been read is not read again.</summary>
    /// <returns>The copy; the caller disposes it.</returns>
    public TokenSequence Fork() => new([.. _window], [.. _scores], Cache?.Fork(), Memory);

    /// <summary>Releases the memory of its keys and values.</summary>
    public void Dispose()
    {
        Cache?.Dispose();
        Memory?.Release();
    }
}
