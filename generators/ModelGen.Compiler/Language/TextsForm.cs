namespace ModelGen.Compiler.Language;

/// <summary>A list of texts, of which none is empty; its values are arrays of <see cref="string"/>.</summary>
internal sealed record TextsForm : ValueForm
{
    /// <summary>More than anyone needs.</summary>
    public const int MaximumCount = 64;

    public override string Type => "a list of texts";
}
