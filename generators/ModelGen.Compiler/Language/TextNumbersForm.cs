namespace ModelGen.Compiler.Language;

/// <summary>A number for each of some texts; its values are arrays of <see cref="TextNumber"/>.</summary>
/// <param name="Range">The range of each number.</param>
internal sealed record TextNumbersForm(Range Range) : ValueForm
{
    /// <summary>More than anyone needs.</summary>
    public const int MaximumCount = 1000;

    public override string Type => $"texts with numbers, each {Range.Description}";

    /// <summary>The form of each number.</summary>
    public NumberForm Element => new(Range);
}

/// <summary>A number that belongs to a text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Number">The number.</param>
internal sealed record TextNumber(string Text, double Number);
