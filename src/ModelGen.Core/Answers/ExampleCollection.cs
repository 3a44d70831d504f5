using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>Examples to learn from, in memory.</summary>
/// <typeparam name="T">What an example is.</typeparam>
public sealed class ExampleCollection<T>
    where T : class
{
    private readonly IReadOnlyList<TextPlace>? _places;

    /// <summary>Collects examples that are already in memory.</summary>
    /// <param name="examples">The examples.</param>
    public ExampleCollection(IReadOnlyList<T> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        (Examples, Problems) = (examples, []);
    }

    /// <summary>Collects the examples of a file.</summary>
    internal ExampleCollection(JsonRows<T> rows) =>
        (Examples, _places, Problems, PassedOver) = (rows.Items, rows.Places, rows.Problems, rows.PassedOver);

    /// <summary>The examples, in the order of their file.</summary>
    public IReadOnlyList<T> Examples { get; }

    /// <summary>The lines that were left out because they cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>How many lines were passed over because they hold no example and are not meant to: ties, among preferences.</summary>
    public int PassedOver { get; }

    /// <summary>The place of an example in its file; null if it is from none.</summary>
    /// <param name="index">Its index.</param>
    internal string? PlaceOf(int index) => _places?[index].ToString();
}
