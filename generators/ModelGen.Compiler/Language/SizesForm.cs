namespace ModelGen.Compiler.Language;

/// <summary>A list of whole numbers in a range, such as a shape; its values are arrays of <see cref="long"/>.</summary>
/// <param name="Range">What each may be.</param>
/// <param name="AllowsOne">Whether one number may be written instead of the list and then stands for every axis.</param>
internal sealed record SizesForm(Range Range, bool AllowsOne) : ValueForm
{
    /// <summary>As many axes as any layer works with.</summary>
    public const int MaximumCount = 8;

    public override string Type =>
        AllowsOne
            ? $"a whole number{Range.Suffix}, or a list with one for each axis"
            : $"a list of whole numbers, each {Range.Description}";

    /// <summary>What each of the list is.</summary>
    public IntegerForm Element => new(Range);
}
