using System.Globalization;
using ModelGen.Answers;
using ModelGen.Cli.Tables;
using ModelGen.Evaluation;

namespace ModelGen.Cli.Ratings;

/// <summary>What judgements say of runs.</summary>
internal sealed class RatingResults
{
    private const double Tie = 0.5;

    private readonly IReadOnlyList<Judgement> _judgements;
    private readonly IReadOnlyList<Judgement> _between;
    private readonly IReadOnlyList<string> _weights;
    private readonly IReadOnlyList<string> _names;

    // Won by the row against the column, and ties of both.
    private readonly int[,] _wins;
    private readonly int[,] _ties;

    /// <summary>Counts judgements.</summary>
    /// <param name="judgements">The judgements, at least one.</param>
    public RatingResults(IReadOnlyList<Judgement> judgements)
    {
        _judgements = judgements;
        _between = [.. judgements.Where(static each => each.Better.Run.Weights != each.Worse.Run.Weights)];
        var runs = _between
            .SelectMany(static each => new[] { each.Better.Run, each.Worse.Run })
            .DistinctBy(static run => run.Weights)
            .OrderBy(static run => run.Folder, StringComparer.Ordinal)
            .ThenBy(static run => run.Weights, StringComparer.Ordinal)
            .ToList();
        _weights = [.. runs.Select(static run => run.Weights)];
        _names = [.. runs.Select(run => runs.Count(other => other.Folder == run.Folder) == 1 ? run.Folder : $"{run}")];
        (_wins, _ties) = (new int[runs.Count, runs.Count], new int[runs.Count, runs.Count]);
        foreach (var each in _between)
        {
            var (better, worse) = (IndexOf(each.Better), IndexOf(each.Worse));
            if (each.IsTie)
            {
                _ties[better, worse]++;
                _ties[worse, better]++;
            }
            else
            {
                _wins[better, worse]++;
            }
        }
    }

    /// <summary>Writes tables and sentences to standard output.</summary>
    public void Print()
    {
        if (_between.Count > 0)
        {
            PrintTable(PairRows());
            Console.WriteLine();
            PrintScores();
            Console.WriteLine();
        }

        if (_judgements.Count > _between.Count)
        {
            var within = NumberText.Counted(_judgements.Count - _between.Count, "judgement");
            Console.WriteLine($"{within} compared two answers of the same run; no win rate counts them.");
        }

        var raters = _judgements.CountBy(static each => each.Rater).OrderBy(static rater => rater.Key, StringComparer.Ordinal);
        Console.WriteLine(
            $"judged by: {string.Join(", ", raters.Select(static rater => Text($"{TextTable.OneLine(rater.Key)} ({rater.Value})")))}"
        );
        var (agreed, both) = Agreement();
        if (both > 0)
        {
            Console.WriteLine(
                $"Two raters judged the same answers {Times(both)} and agreed {Times(agreed)}: "
                    + $"{Number((double)agreed / both)} ({Range(WilsonInterval.Of((double)agreed / both, both))})."
            );
        }
    }

    private static string Times(long count) => count == 1 ? "once" : Text($"{count} times");

    private int IndexOf(JudgedAnswer answer) => _weights.Index().First(run => run.Item == answer.Run.Weights).Index;

    private List<IReadOnlyList<string>> PairRows()
    {
        var rows = new List<IReadOnlyList<string>> { new[] { "run", "against", "wins", "ties", "losses", "win rate", "95 % interval" } };
        for (var one = 0; one < _names.Count; one++)
        {
            for (var other = one + 1; other < _names.Count; other++)
            {
                var (wins, ties, losses) = (_wins[one, other], _ties[one, other], _wins[other, one]);
                var count = wins + ties + losses;
                if (count > 0)
                {
                    var share = (wins + (Tie * ties)) / count;
                    string[] row =
                    [
                        _names[one],
                        _names[other],
                        Text($"{wins}"),
                        Text($"{ties}"),
                        Text($"{losses}"),
                        Number(share),
                        Range(WilsonInterval.Of(share, count)),
                    ];
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    private void PrintScores()
    {
        var wins = new double[_names.Count, _names.Count];
        for (var one = 0; one < _names.Count; one++)
        {
            for (var other = 0; other < _names.Count; other++)
            {
                wins[one, other] = _wins[one, other] + (Tie * _ties[one, other]);
            }
        }

        var scores = BradleyTerryScores.Of(wins);
        if (scores.Unbeaten.Count > 0)
        {
            Console.WriteLine(NoScores(scores.Unbeaten));
            return;
        }

        PrintTable([
            ["run", "Bradley-Terry score", "95 % interval"],
            .. Enumerable
                .Range(0, _names.Count)
                .OrderByDescending(run => scores.Values[run])
                .Select(run =>
                {
                    var (score, half) = (scores.Values[run], WilsonInterval.Quantile * scores.StandardErrors[run]);
                    return (IReadOnlyList<string>)[_names[run], Number(score), Range((score - half, score + half))];
                }),
        ]);
    }

    // More of the same does not help; judgements that link the runs do.
    private string NoScores(IReadOnlyList<int> unbeaten)
    {
        var rest = Enumerable.Range(0, _names.Count).Except(unbeaten).ToList();
        var (some, others) = (Listed(unbeaten), Listed(rest));
        var were = unbeaten.Count == 1 ? "was" : "were";
        return unbeaten.Any(one => rest.Exists(other => _wins[one, other] > 0))
            ? $"There are no finite Bradley-Terry scores: {others} {(rest.Count == 1 ? "has" : "have")} never won or tied against {some}."
            : $"There are no Bradley-Terry scores of all runs: {some} {were} never compared with {others}.";
    }

    private string Listed(IReadOnlyList<int> runs) =>
        runs.Count == 1 ? _names[runs[0]] : $"{string.Join(", ", runs.SkipLast(1).Select(run => _names[run]))} and {_names[runs[^1]]}";

    // Of each two raters of the same answers.
    private (int Agreed, int Both) Agreement()
    {
        var (agreed, both) = (0, 0);
        foreach (var same in _judgements.GroupBy(static each => each.Pair))
        {
            var said = same.DistinctBy(static each => each.Rater).Select(static each => each.IsTie ? null : each.Better).ToList();
            for (var one = 0; one < said.Count; one++)
            {
                both += said.Count - one - 1;
                agreed += said.Skip(one + 1).Count(other => IsSame(said[one], other));
            }
        }

        return (agreed, both);

        static bool IsSame(JudgedAnswer? one, JudgedAnswer? other) => (one?.Run.Weights, one?.Seed) == (other?.Run.Weights, other?.Seed);
    }

    private static void PrintTable(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        foreach (var line in TextTable.Lines(rows))
        {
            Console.WriteLine(line);
        }
    }

    private static string Range((double Low, double High) bounds) => $"{Number(bounds.Low)} to {Number(bounds.High)}";

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
