using ModelGen.RandomNumbers;

namespace ModelGen.Cli.Ratings;

/// <summary>
/// Which answers are compared, one pair after another: with each prompt all pairs of runs in turn, and with new seeds once the prompts are
/// through. Everything is a function of the seed and the place, so that nothing is kept to go on.
/// </summary>
/// <param name="prompts">The prompts, at least one.</param>
/// <param name="runs">How many runs there are, at least one; a single one is compared with itself.</param>
/// <param name="seed">The seed.</param>
internal sealed class PairSchedule(IReadOnlyList<string> prompts, int runs, ulong seed)
{
    /// <summary>How many seeds are tried where two answers are equal.</summary>
    public const int Attempts = 4;

    private readonly (int, int)[] _pairs =
        runs == 1
            ? [(0, 0)]
            : [.. Enumerable.Range(0, runs).SelectMany(one => Enumerable.Range(one + 1, runs - one - 1).Select(other => (one, other)))];

    /// <summary>After how many pairs each pair of runs has answered each prompt once.</summary>
    public long Round => (long)prompts.Count * _pairs.Length;

    /// <summary>The pair at a place.</summary>
    /// <param name="place">The place, from 0.</param>
    public ScheduledPair this[long place]
    {
        get
        {
            var (one, other) = _pairs[place % _pairs.Length];
            var isSwapped = CounterRandom.Below(CounterRandom.Bits(seed, CounterRandom.Stream.JudgedSides, (ulong)place), 2) == 1;
            return new ScheduledPair(
                prompts[(int)(place / _pairs.Length % prompts.Count)],
                isSwapped ? other : one,
                isSwapped ? one : other,
                [.. Enumerable.Range(0, Attempts).Select(attempt => (Seed(place, attempt, 0), Seed(place, attempt, 1)))]
            );
        }
    }

    // Of 32 bits, which every reader of JSON keeps and a person can type.
    private ulong Seed(long place, int attempt, int side) =>
        CounterRandom.Bits(seed, CounterRandom.Stream.JudgedAnswers, (ulong)((((place * Attempts) + attempt) * 2) + side)) >> 32;
}
