using System.Text;

namespace ModelGen.Data;

/// <summary>Texts in memory with what is to be told of each: its class, or numbers.</summary>
public sealed class TextCollection
{
    private readonly string[]? _labels;
    private readonly IReadOnlyList<TextPlace>? _places;
    private readonly float[]? _targets;

    /// <summary>Collects texts that are already in memory.</summary>
    /// <param name="texts">The texts, at least one, none of them empty.</param>
    /// <param name="labels">The name of each text's class; null if they have none. The classes are numbered in ordinal order of their
    /// names.</param>
    /// <param name="targets">The numbers to predict for each text, as many for each, finite; null if there are none.</param>
    /// <exception cref="ArgumentException">A text is empty, labels or targets are not one per text, or a target is not finite or longer or
    /// shorter than others.</exception>
    public TextCollection(IReadOnlyList<string> texts, IReadOnlyList<string>? labels = null, IReadOnlyList<float[]>? targets = null)
        : this(texts, labels, targets, null, [])
    {
        if (texts.Count == 0 || texts.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A collection needs texts, and none of them empty.", nameof(texts));
        }

        if ((labels?.Count ?? texts.Count) != texts.Count || (targets?.Count ?? texts.Count) != texts.Count)
        {
            throw new ArgumentException(
                $"{labels?.Count ?? targets!.Count} labels or targets for {texts.Count} texts; pass one for each.",
                nameof(labels)
            );
        }

        if (targets is not null && targets.Any(target => target.Length != targets[0].Length || !target.All(float.IsFinite)))
        {
            throw new ArgumentException("Targets must be finite, and as many numbers for each text.", nameof(targets));
        }
    }

    /// <summary>Collects the texts of files.</summary>
    internal TextCollection(
        IReadOnlyList<string> texts,
        IReadOnlyList<string>? labels,
        IReadOnlyList<float[]>? targets,
        IReadOnlyList<TextPlace>? places,
        IReadOnlyList<FileProblem> problems
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        (Texts, _labels, _places, Problems) = ([.. texts], labels is null ? null : [.. labels], places, problems);
        Classes = _labels is null ? [] : [.. _labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        (_targets, TargetLength) = targets is null ? (null, 0) : (targets.SelectMany(static target => target).ToArray(), targets[0].Length);
    }

    /// <summary>The texts, in the order of their files.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>The name of each text's class; null if they have none.</summary>
    public IReadOnlyList<string>? Labels => _labels;

    /// <summary>The names of the classes, in ordinal order; empty if there are none.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many numbers are to be predicted for each text; 0 for none.</summary>
    public int TargetLength { get; }

    /// <summary>The numbers to predict, those of one text after those of another; null if there are none.</summary>
    public ReadOnlyMemory<float>? Targets => _targets is { } targets ? new ReadOnlyMemory<float>(targets) : default(ReadOnlyMemory<float>?);

    /// <summary>The lines and files that were left out because they cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>All texts as one, from which a tokenizer can learn.</summary>
    /// <returns>The corpus.</returns>
    /// <exception cref="ModelGenException">Together the texts are longer than a string can be, or one has half of a surrogate
    /// pair.</exception>
    public TextCorpus ToCorpus() => Join(Texts);

    /// <summary>Texts as one, from which a tokenizer can learn.</summary>
    /// <exception cref="ModelGenException">Together the texts are longer than a string can be, or one has half of a surrogate
    /// pair.</exception>
    internal static TextCorpus Join(IEnumerable<string> texts)
    {
        var length = texts.Sum(static text => (long)text.Length);
        const int Most = 0x3FFFFFDF;
        return length <= Most
            ? TextCorpus.FromText(texts.Aggregate(new StringBuilder((int)length), static (all, text) => all.Append(text)).ToString())
            : throw new ModelGenException(
                $"The texts have {length} characters together, more than the {Most} that fit; make the tokenizer from a part of them."
            );
    }

    /// <summary>Where a text is from, for messages.</summary>
    /// <param name="index">Its index.</param>
    internal string PlaceOf(int index) => Place(index) ?? $"The text {index}";

    /// <summary>Where a text is from; null if that is not known.</summary>
    /// <param name="index">Its index.</param>
    internal string? Place(int index) => _places?[index].ToString();

    /// <summary>The number of each text's class among those given; null if the texts have none.</summary>
    /// <exception cref="ModelGenException">A text is of another class.</exception>
    internal int[]? Numbers(IReadOnlyList<string> classes)
    {
        if (_labels is null)
        {
            return null;
        }

        var numbers = classes.Select(static (name, number) => (name, number)).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. _labels.Select(
                (label, index) =>
                    numbers.TryGetValue(label, out var number)
                        ? number
                        : throw new ModelGenException(
                            $"{PlaceOf(index)} is of the class '{label}', of which there is no text to train on, only of "
                                + $"{string.Join(", ", classes.Select(static name => $"'{name}'"))}; every test class must also occur in "
                                + "training."
                        )
            ),
        ];
    }
}
