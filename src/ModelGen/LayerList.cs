using System.Collections;

namespace ModelGen;

/// <summary>
/// The layers that a model's partial property lists as attributes; this type marks such a property. ModelGen writes the property's other
/// part, which returns the words of its layers in order, as in <c>["layer-norm", "self-attention"]</c>.
/// </summary>
/// <param name="words">The words.</param>
public sealed class LayerList(params IReadOnlyList<string> words) : IReadOnlyList<string>
{
    /// <inheritdoc/>
    public int Count => words.Count;

    /// <inheritdoc/>
    public string this[int index] => words[index];

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => words.GetEnumerator();

    /// <summary>The words, separated by commas.</summary>
    public override string ToString() => string.Join(", ", words);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
