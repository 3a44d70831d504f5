using System.Globalization;

namespace ModelGen.Data;

/// <summary>Labels that occur once, so that what has them cannot be both learned from and held out.</summary>
internal static class LoneLabels
{
    // More would hide what else is told.
    private const int Named = 3;

    /// <summary>The indices of the samples that alone have their labels, in the order of the labels; none without labels.</summary>
    public static int[] Of(IReadOnlyList<int>? labels) =>
        [
            .. (labels ?? [])
                .Select(static (label, index) => (label, index))
                .GroupBy(static each => each.label)
                .Where(static group => !group.Skip(1).Any())
                .OrderBy(static group => group.Key)
                .Select(static group => group.First().index),
        ];

    /// <summary>A sentence without its full stop that counts and names them; null if there are none, or no others.</summary>
    /// <param name="samples">The samples, of which some are held out.</param>
    public static string? Note(SampleCollection samples)
    {
        var alone = Of(samples.Labels);
        var unit = samples.Unit;
        return alone.Length switch
        {
            0 => null,
            var all when all == samples.Count => null,
            1 => $"1 label occurs once, and its {unit[..^1]} is trained on, so that nothing measures it: {Names(samples, alone)}",
            var count => string.Create(
                CultureInfo.InvariantCulture,
                $"{count} labels occur once, and their {unit} are trained on, so that nothing measures them: {Names(samples, alone)}"
            ),
        };
    }

    /// <summary>Why no label can be learned and measured; null if one can.</summary>
    /// <param name="samples">The samples, of which some are held out.</param>
    public static string? Refusal(SampleCollection samples)
    {
        var alone = Of(samples.Labels);
        return samples.Count > 1 && alone.Length == samples.Count
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Each of the {alone.Length} labels of the {samples.Unit} occurs once ({Names(samples, alone)}), so that none can be both "
                    + $"learned and held out; give more {samples.Unit} of each label, or others to validate on with 'test'."
            )
            : null;
    }

    private static string Names(SampleCollection samples, int[] alone)
    {
        var named = alone.Take(Named).Select(index => Name(samples, index));
        var more = alone.Length > Named ? string.Create(CultureInfo.InvariantCulture, $" and {alone.Length - Named} more") : "";
        return string.Join(", ", named) + more;
    }

    private static string Name(SampleCollection samples, int index)
    {
        var label = samples.Labels![index];
        var name = samples.Classes.Count > 0 ? samples.Classes[label] : label.ToString(CultureInfo.InvariantCulture);
        return samples.Place(index) is { } place ? $"'{name}' in {place}" : $"'{name}'";
    }
}
