using System.Globalization;

namespace ModelGen.Data;

/// <summary>Collects the texts of a file or folder, and what cannot be used of it.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="isOfNumbers">Whether numbers are to be predicted instead of a class.</param>
internal sealed class TextRows(string path, bool isOfNumbers)
{
    private readonly List<string> _texts = [];
    private readonly List<string> _labels = [];
    private readonly List<float[]> _targets = [];
    private readonly List<TextPlace> _places = [];
    private readonly List<FileProblem> _problems = [];

    /// <summary>Adds a text, or says why it cannot be used.</summary>
    /// <param name="place">Where it is from.</param>
    /// <param name="text">The text.</param>
    /// <param name="label">The name of its class; null where numbers are to be predicted.</param>
    /// <param name="target">The numbers; null where a class is.</param>
    /// <returns>Whether it can be used.</returns>
    public bool Add(TextPlace place, string text, string? label, float[]? target)
    {
        var problem =
            string.IsNullOrWhiteSpace(text) ? "has an empty text"
            : Surrogates.IndexOfHalf(text) >= 0 ? Surrogates.Problem
            : !isOfNumbers && string.IsNullOrWhiteSpace(label) ? "has an empty label"
            : isOfNumbers && !target!.All(float.IsFinite) ? "has a number to predict that is not finite"
            : isOfNumbers && _targets.Count > 0 && _targets[0].Length != target!.Length
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {target.Length} numbers to predict, but {_places[0]} has {_targets[0].Length}"
                )
            : null;
        if (problem is not null)
        {
            LeaveOut(place, problem);
            return false;
        }

        _texts.Add(text);
        _places.Add(place);
        if (isOfNumbers)
        {
            _targets.Add(target!);
        }
        else
        {
            _labels.Add(label!);
        }

        return true;
    }

    /// <summary>Leaves out what cannot be used.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="reason">What is wrong with it, worded to follow the place.</param>
    public void LeaveOut(TextPlace place, string reason) => _problems.Add(new FileProblem(place.ToString(), reason));

    /// <summary>Leaves out a file or folder that cannot be used.</summary>
    public void LeaveOut(FileProblem problem) => _problems.Add(problem);

    /// <summary>The collection.</summary>
    /// <param name="wanted">What to put there if there is nothing to use.</param>
    /// <exception cref="ModelGenException">There is nothing to use.</exception>
    public TextCollection Collect(string wanted)
    {
        if (_texts.Count > 0)
        {
            return new TextCollection(_texts, isOfNumbers ? null : _labels, isOfNumbers ? _targets : null, _places, _problems);
        }

        throw new ModelGenException($"'{path}' holds no text to learn from{FileProblem.Summary(_problems)}; {wanted}.");
    }
}
