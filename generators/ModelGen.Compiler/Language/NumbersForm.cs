namespace ModelGen.Compiler.Language;

/// <summary>A list of numbers in a range; its values are arrays of <see cref="double"/>.</summary>
/// <param name="Range">The range of each number.</param>
/// <param name="MinimumCount">The fewest numbers.</param>
/// <param name="MaximumCount">The most numbers.</param>
internal sealed record NumbersForm(Range Range, int MinimumCount, int MaximumCount) : ValueForm
{
    public override string Type => Range == Range.Finite ? "a list of numbers" : $"a list of numbers, each {Range.Description}";

    /// <summary>The form of each element.</summary>
    public NumberForm Element => new(Range);
}
