namespace ModelGen.Compiler.Language;

/// <summary>A list of names that layers give with <c>as</c>; its values are arrays of <see cref="string"/>.</summary>
/// <param name="What">What is named, for messages: "an output".</param>
internal sealed record NamesForm(string What) : ValueForm
{
    /// <summary>The same limit as for names with shapes.</summary>
    public const int MaximumCount = NamedShapesForm.MaximumCount;

    public override string Type => "a list of names";
}
