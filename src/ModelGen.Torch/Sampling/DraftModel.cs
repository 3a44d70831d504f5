using ModelGen.Decoding;
using ModelGen.Models;

namespace ModelGen.Sampling;

/// <summary>Guesses what a smaller model of the same tokens considers most likely.</summary>
public sealed class DraftModel : Speculation, IDisposable
{
    private readonly SequenceDecoder _decoder;
    private TokenSequence? _sequence;

    /// <summary>Prepares to guess.</summary>
    /// <param name="model">The smaller model, which must outlive this object; its tokens are those of the model that writes.</param>
    /// <param name="count">How many tokens are guessed at once, at most.</param>
    /// <param name="weights">How its weights are kept on the CPU.</param>
    /// <exception cref="ModelGenException">The model is not causal.</exception>
    public DraftModel(LanguageModel model, int count = 4, WeightFormat weights = WeightFormat.Float32)
        : base(count) => _decoder = new SequenceDecoder(model, weights: weights);

    /// <summary>Frees what it has read.</summary>
    public void Dispose()
    {
        _sequence?.Dispose();
        _decoder.Dispose();
    }

    internal override int[] Guess(IReadOnlyList<int> tokens)
    {
        if (tokens.Count + Count > _decoder.ContextLength || tokens.Any(token => token >= _decoder.VocabularySize))
        {
            return [];
        }

        var sequence = Read(tokens);
        var guesses = new int[Count];
        for (var i = 0; ; i++)
        {
            guesses[i] = LogProbabilities.Likeliest(sequence.Scores, 1)[0];
            if (i + 1 == Count)
            {
                return guesses;
            }

            _decoder.Append(sequence, guesses[i]);
        }
    }

    // Goes on from what it has read before, as far as that is the same.
    private TokenSequence Read(IReadOnlyList<int> tokens)
    {
        var same = 0;
        while (_sequence is not null && same < _sequence.Window.Count && same < tokens.Count - 1 && _sequence.Window[same] == tokens[same])
        {
            same++;
        }

        if (_sequence is null || same == 0)
        {
            _sequence?.Dispose();
            return _sequence = _decoder.Start([.. tokens]);
        }

        SequenceDecoder.Rewind(_sequence, same);
        int[] rest = [.. tokens.Skip(same)];
        _decoder.ReadAhead(_sequence, rest);
        foreach (var token in rest)
        {
            _decoder.Append(_sequence, token);
        }

        return _sequence;
    }
}
