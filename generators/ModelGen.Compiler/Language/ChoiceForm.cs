namespace ModelGen.Compiler.Language;

/// <summary>One of a few words; its values are <see cref="string"/>.</summary>
/// <param name="Choices">The words.</param>
/// <param name="RuntimeEnum">The runtime enum that the words are members of; null if an options record takes the word as text.</param>
internal sealed record ChoiceForm(IReadOnlyList<string> Choices, string? RuntimeEnum) : ValueForm
{
    public override string Type => $"one of {string.Join(", ", Choices)}";
}
