using System.Globalization;
using ModelGen.Answers;
using ModelGen.Runs;

namespace ModelGen.Cli.Ratings;

/// <summary>Shows someone two answers after another, without telling whose they are, and keeps what they say of them.</summary>
/// <param name="runs">The runs that answer.</param>
/// <param name="schedule">What is compared.</param>
/// <param name="file">Where judgements are kept.</param>
/// <param name="rater">Who judges.</param>
/// <param name="mostTokens">The most tokens of an answer.</param>
internal sealed class RatingSession(IReadOnlyList<RatedRun> runs, PairSchedule schedule, JudgementFile file, string rater, int mostTokens)
{
    // A model that always writes the same would be asked for ever.
    private const int MostEqualInSequence = 20;

    private const string Keys = "1 or 2 is better, = equally good, s skip, u undo, q stop: ";
    private const string Nothing = "(empty)";

    // Ctrl-D, with which people end an input.
    private const char EndOfInput = '\u0004';

    private readonly HashSet<JudgedPair> _judged =
    [
        .. file.Judgements.Where(judgement => judgement.Rater == rater).Select(static judgement => judgement.Pair),
    ];
    private readonly HashSet<long> _equal = [];
    private readonly Stack<long> _places = [];

    /// <summary>How many pairs were passed over because their answers were equal with all seeds.</summary>
    public int EqualCount => _equal.Count;

    /// <summary>Goes through the schedule until it ends or the rater stops.</summary>
    /// <param name="count">How many pairs there are to go through; null for no end.</param>
    /// <param name="stop">Stops it; all judgements are kept.</param>
    /// <exception cref="ModelGenException">The models write the same again and again, or the file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(long? count, CancellationToken stop)
    {
        var (place, equal) = (0L, 0);
        while (count is null || place < count)
        {
            var pair = schedule[place];
            if (pair.Seeds.Any(seeds => _judged.Contains(PairOf(pair, seeds))))
            {
                (place, equal) = (place + 1, 0);
                continue;
            }

            if (Answers(pair, stop) is not var (first, second))
            {
                _equal.Add(place);
                place++;
                if (++equal == MostEqualInSequence)
                {
                    throw new ModelGenException(
                        $"Of {MostEqualInSequence} pairs in sequence both answers were equal; let the models choose tokens more freely, as "
                            + "with a higher 'sampling.temperature', or name other prompts."
                    );
                }

                continue;
            }

            equal = 0;
            Show(place, count, pair.Prompt, first.Text, second.Text);
            if (Judge(place, pair.Prompt, first, second, stop) is not { } next)
            {
                return;
            }

            place = next;
        }
    }

    // Where to go on; null to stop.
    private long? Judge(long place, string prompt, JudgedAnswer first, JudgedAnswer second, CancellationToken stop)
    {
        while (true)
        {
            Console.Write(Keys);
            var key = KeyInput.Read(stop);
            Console.WriteLine(key is { } shown && !char.IsControl(shown) ? $"{shown}" : "");
            switch (key)
            {
                case '1':
                    return Keep(first, second, isTie: false);
                case '2':
                    return Keep(second, first, isTie: false);
                case '=':
                    return Keep(first, second, isTie: true);
                case 's':
                    return place + 1;
                case 'u' when _places.Count == 0:
                    Console.WriteLine("There is nothing to undo: only what you have judged since the start can be taken back.");
                    break;
                case 'u' when TakeBack() is { } earlier:
                    return earlier;
                case 'u':
                    Console.WriteLine("It cannot be taken back: something else has been written to the file since.");
                    break;
                case 'q' or EndOfInput or null:
                    return null;
                default:
                    Console.WriteLine("That is none of the keys.");
                    break;
            }
        }

        long Keep(JudgedAnswer better, JudgedAnswer worse, bool isTie)
        {
            var judgement = new Judgement(prompt, better, worse, isTie, rater, DateTime.UtcNow) { MostTokens = mostTokens };
            file.Append(judgement);
            _judged.Add(judgement.Pair);
            _places.Push(place);
            return place + 1;
        }
    }

    private long? TakeBack()
    {
        var last = file.Judgements[^1];
        if (!file.TakeBack())
        {
            return null;
        }

        _judged.Remove(last.Pair);
        return _places.Pop();
    }

    private (JudgedAnswer First, JudgedAnswer Second)? Answers(ScheduledPair pair, CancellationToken stop)
    {
        foreach (var (firstSeed, secondSeed) in pair.Seeds)
        {
            var (first, second) = (Answer(pair.First, firstSeed), Answer(pair.Second, secondSeed));
            if (first.Text != second.Text)
            {
                return (first, second);
            }
        }

        return null;

        JudgedAnswer Answer(int run, ulong seed) => new(runs[run].Answer(pair.Prompt, mostTokens, seed, stop), runs[run].Name, seed);
    }

    private JudgedPair PairOf(ScheduledPair pair, (ulong First, ulong Second) seeds) =>
        JudgedPair.Of(
            pair.Prompt,
            mostTokens,
            (runs[pair.First].Name.Weights, seeds.First),
            (runs[pair.Second].Name.Weights, seeds.Second)
        );

    private static void Show(long place, long? count, string prompt, string first, string second)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"{place + 1}{(count is null ? "" : $" of {count}")}");
        Console.WriteLine();
        Console.WriteLine($"---- pair {where} ----");
        Console.WriteLine($"prompt: {Shown(prompt)}");
        Console.WriteLine();
        Console.WriteLine("answer 1:");
        Console.WriteLine(Shown(first));
        Console.WriteLine();
        Console.WriteLine("answer 2:");
        Console.WriteLine(Shown(second));
        Console.WriteLine();
    }

    private static string Shown(string text) => text.Length > 0 ? ConsoleText.Printable(text) : Nothing;
}
