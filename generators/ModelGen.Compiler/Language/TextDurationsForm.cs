namespace ModelGen.Compiler.Language;

/// <summary>A length of training for each of some texts; its values are arrays of <see cref="TextDuration"/>.</summary>
internal sealed record TextDurationsForm : ValueForm
{
    /// <summary>The same limit as for texts with numbers.</summary>
    public const int MaximumCount = TextNumbersForm.MaximumCount;

    /// <summary>The form of each length.</summary>
    public static readonly AmountForm Element = AmountForm.Training(allowsZero: false);

    public override string Type => $"texts, each with {Element.Description}";
}

/// <summary>A length of training that belongs to a text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Duration">The length.</param>
internal sealed record TextDuration(string Text, Duration Duration);
