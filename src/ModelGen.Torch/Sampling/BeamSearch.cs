using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>Searches for the likeliest continuations of a sequence, the best few of each length going on beside each other.</summary>
internal sealed class BeamSearch
{
    private readonly SequenceDecoder _decoder;
    private readonly Tokenizer _tokenizer;
    private readonly int _count;
    private readonly BeamSearchOptions _options;
    private readonly int? _end;
    private readonly ConstrainedText? _constrained;
    private readonly List<(Path Path, string Text, double Score)> _finished = [];

    /// <param name="decoder">Computes scores.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="count">How many tokens a text has at most.</param>
    /// <param name="options">How to search.</param>
    /// <exception cref="ModelGenException">No text that the constraint allows has so few tokens.</exception>
    public BeamSearch(SequenceDecoder decoder, Tokenizer tokenizer, int count, BeamSearchOptions options)
    {
        (_decoder, _tokenizer, _count, _options) = (decoder, tokenizer, count, options);
        _end = tokenizer.IdOf(SpecialTokenRole.End);
        _constrained = _options.Constraint is { } constraint ? new ConstrainedText(constraint, tokenizer, count, least: 0) : null;
    }

    /// <summary>The best texts, the best first.</summary>
    /// <param name="start">What has been read; it is freed.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    public IReadOnlyList<FoundText> Found(TokenSequence start, CancellationToken cancellationToken)
    {
        Run(start, cancellationToken);
        return [.. _finished.Select(static found => new FoundText(found.Text, found.Path.LogProbability, found.Score))];
    }

    private string Text(Path path)
    {
        var tokens = path.Tokens();
        return _tokenizer.Decode(tokens.AsSpan(0, tokens is [.., var last] && last == _end ? tokens.Length - 1 : tokens.Length));
    }

    private void Run(TokenSequence start, CancellationToken cancellationToken)
    {
        var beginning = new Path(null, -1, 0, 0, _constrained);
        var beams = new List<Beam> { new(start, beginning) };
        try
        {
            if (_constrained is { IsComplete: true })
            {
                _finished.Add((beginning, "", 0));
                return;
            }

            for (var length = 1; length <= _count && beams.Count > 0; length++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var next = Choose(beams);
                if (length == _count)
                {
                    next.ForEach(choice => Finish(choice.Path));
                    break;
                }

                GoOn(beams, next);
                if (IsDecided(beams))
                {
                    break;
                }

                _decoder.Append(beams.ConvertAll(static beam => beam.Sequence), [.. beams.Select(static beam => beam.Path.Token)]);
            }
        }
        finally
        {
            beams.ForEach(static beam => beam.Sequence.Dispose());
        }
    }

    // The likeliest next tokens of all beams together; those that end a text finish it.
    private List<(int Parent, Path Path)> Choose(List<Beam> beams)
    {
        var choices = new List<(int Parent, Path Path)>();
        for (var i = 0; i < beams.Count; i++)
        {
            var scores = beams[i].Sequence.Scores;
            var path = beams[i].Path;
            var normaliser = LogProbabilities.Normaliser(scores);
            if (_end is { } last && path.Constrained is null or { MayEnd: true })
            {
                Finish(path.Then(last, scores[last] - normaliser, path.Constrained));
            }

            var goingOn = 0;
            foreach (var token in Likeliest(scores, path))
            {
                // The others are less likely still.
                var logProbability = path.LogProbability + scores[token] - normaliser;
                if (goingOn == _options.Beams && !IsAmongBest(Score(logProbability, path.Length + 1)))
                {
                    break;
                }

                var next = path.Then(token, scores[token] - normaliser, path.Constrained?.Then(token));
                if (next.Constrained is { IsComplete: true })
                {
                    Finish(next);
                }
                else if (goingOn < _options.Beams)
                {
                    goingOn++;
                    choices.Add((i, next));
                }
            }
        }

        // The order is stable, so that of equal ones the earlier comes first.
        return [.. choices.OrderByDescending(static choice => choice.Path.LogProbability).Take(_options.Beams)];
    }

    private IEnumerable<int> Likeliest(ReadOnlySpan<float> scores, Path path) =>
        path.Constrained is { } text
            ? LogProbabilities.Likeliest(scores, int.MaxValue, text.Allowed.Tokens())
            : LogProbabilities.Likeliest(scores, _options.Beams + 1).Where(token => token != _end);

    // Each sequence goes on with its first choice, and a copy of it with each other.
    private static void GoOn(List<Beam> beams, List<(int Parent, Path Path)> next)
    {
        var old = beams.ToArray();
        var isUsed = new bool[old.Length];
        var longer = new List<Beam>();
        foreach (var (parent, path) in next)
        {
            var sequence = old[parent].Sequence;
            if (isUsed[parent])
            {
                // What is still in the old list is freed with it where this fails.
                sequence = sequence.Fork();
                beams.Add(new Beam(sequence, path));
            }

            isUsed[parent] = true;
            longer.Add(new Beam(sequence, path));
        }

        for (var i = 0; i < old.Length; i++)
        {
            if (!isUsed[i])
            {
                old[i].Sequence.Dispose();
            }
        }

        beams.Clear();
        beams.AddRange(longer);
    }

    private void Finish(Path path)
    {
        var score = Score(path.LogProbability, path.Length);
        if (!IsAmongBest(score))
        {
            return;
        }

        var text = Text(path);
        if (_constrained is not null && _finished.FindIndex(other => other.Text == text) is >= 0 and var same)
        {
            // One text in several ways of writing it counts once, as the best.
            if (_finished[same].Score >= score)
            {
                return;
            }

            _finished.RemoveAt(same);
        }

        var place = _finished.FindIndex(other => other.Score < score);
        _finished.Insert(place < 0 ? _finished.Count : place, (path, text, score));
        if (_finished.Count > _options.Results)
        {
            _finished.RemoveAt(_options.Results);
        }
    }

    private double Score(double logProbability, int length) => logProbability / Math.Pow(length, _options.LengthPenalty);

    private bool IsAmongBest(double score) => _finished.Count < _options.Results || score > _finished[^1].Score;

    // Whether no beam can still become better than what is found: its probability only falls, and its length is at most the longest.
    private bool IsDecided(List<Beam> beams) =>
        _finished.Count == _options.Results
        && beams.TrueForAll(beam =>
        {
            var length = _options.LengthPenalty > 0 ? _count : beam.Path.Length + 1;
            return Score(beam.Path.LogProbability, length) <= _finished[^1].Score;
        });

    private sealed record Beam(TokenSequence Sequence, Path Path);

    /// <summary>The tokens of a text, the last one first.</summary>
    private sealed record Path(Path? Before, int Token, int Length, double LogProbability, ConstrainedText? Constrained)
    {
        public Path Then(int token, double logProbability, ConstrainedText? constrained) =>
            new(this, token, Length + 1, LogProbability + logProbability, constrained);

        public int[] Tokens()
        {
            var tokens = new int[Length];
            for (var path = this; path.Before is not null; path = path.Before)
            {
                tokens[path.Length - 1] = path.Token;
            }

            return tokens;
        }
    }
}
