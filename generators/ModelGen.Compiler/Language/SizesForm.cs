namespace ModelGen.Compiler.Language;

/// <summary>A list of whole numbers in a range, such as a shape; its values are arrays of <see cref="long"/>.</summary>
/// <param name="Range">The range of each number.</param>
/// <param name="AllowsOne">Whether one number may be written instead of the list, which then applies to every axis.</param>
internal sealed record SizesForm(Range Range, bool AllowsOne) : ValueForm
{
    /// <summary>The most axes that any layer supports.</summary>
    public const int MaximumCount = 8;

    public override string Type =>
        AllowsOne
            ? $"a whole number{Range.Suffix}, or a list with one for each axis"
            : $"a list of whole numbers, each {Range.Description}";

    /// <summary>The form of each element.</summary>
    public IntegerForm Element => new(Range);
}
