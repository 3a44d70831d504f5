using System.Globalization;
using ModelGen.RandomNumbers;

namespace ModelGen.Data;

/// <summary>Which samples are held back for validation: as many of each class, at random.</summary>
internal static class HeldBackSamples
{
    // The split must not depend on the run's seed: runs with different seeds are compared on the same samples.
    private const ulong Seed = 0;

    /// <summary>
    /// Holds back samples of some groups, such as all answers to some prompts, so that no group is in both parts; single samples where
    /// there are too few groups.
    /// </summary>
    /// <param name="groups">The group of each sample.</param>
    /// <param name="fraction">The fraction to hold back, above 0 and below 1.</param>
    /// <param name="unit">What the samples are, for messages.</param>
    /// <returns>Whether each is held back.</returns>
    /// <exception cref="ModelGenException">None or all are held back.</exception>
    public static bool[] ChooseGroups(IReadOnlyList<string> groups, double fraction, string unit)
    {
        var distinct = groups.Distinct().ToList();
        if (distinct.Count * Math.Min(fraction, 1 - fraction) < 1)
        {
            return Choose(groups.Count, labels: null, fraction, unit);
        }

        var isChosen = Choose(distinct.Count, labels: null, fraction, unit);
        var held = distinct.Where((_, index) => isChosen[index]).ToHashSet();
        return [.. groups.Select(held.Contains)];
    }

    /// <summary>
    /// Goes through the classes one after another, each in random order, and holds back every (1 / fraction)th sample: the number held back
    /// is within one sample of the exact share for each class, and within half a sample overall. The only sample of a class is not held
    /// back and does not count, since the class could not be learned; unless all classes are so, when they are disregarded.
    /// </summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="labels">The class of each; null if there are none.</param>
    /// <param name="fraction">The fraction to hold back, above 0 and below 1.</param>
    /// <param name="unit">What the samples are, for messages: <c>images</c>.</param>
    /// <returns>Whether each is held back.</returns>
    /// <exception cref="ModelGenException">None or all are held back.</exception>
    public static bool[] Choose(int count, IReadOnlyList<int>? labels, double fraction, string unit)
    {
        var heldBack = new bool[count];
        var walked = 0;
        var held = 0;
        var alone = LoneLabels.Of(labels).ToHashSet();
        if (alone.Count == count)
        {
            (labels, alone) = (null, []);
        }

        foreach (
            var members in Enumerable
                .Range(0, count)
                .Where(index => !alone.Contains(index))
                .GroupBy(index => labels?[index] ?? 0)
                .OrderBy(static group => group.Key)
        )
        {
            int[] indices = [.. members];
            var order = new RandomPermutation(CounterRandom.Bits(Seed, CounterRandom.Stream.HeldBack, (ulong)members.Key), indices.Length);
            for (var member = 0; member < indices.Length; member++)
            {
                walked++;
                var due = (int)Math.Floor((walked * fraction) + 0.5);
                heldBack[indices[order[member]]] = due > held;
                held = due;
            }
        }

        if (held == 0 || held == count)
        {
            throw new ModelGenException(
                $"{count} {unit} leave {count - held} for training and {held} for validation with a validation "
                    + $"fraction of {fraction.ToString(CultureInfo.InvariantCulture)}"
                    + (alone.Count > 0 ? $", of which the {alone.Count} whose labels occur once are not held out" : "")
                    + $"; use more {unit} or a different fraction."
            );
        }

        return heldBack;
    }
}
