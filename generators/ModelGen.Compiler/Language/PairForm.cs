namespace ModelGen.Compiler.Language;

/// <summary>A list of two numbers in a range; its values are pairs of <see cref="double"/>.</summary>
internal sealed record PairForm(Range Range) : ValueForm
{
    public override string Type => $"a list of two numbers, each {Range.Description}";

    /// <summary>The form of each number.</summary>
    public NumberForm Element => new(Range);
}
