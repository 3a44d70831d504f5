namespace ModelGen.Compiler.Language;

/// <summary>A whole number in a range, written as a literal or as arithmetic; its values are <see cref="long"/>.</summary>
internal sealed record IntegerForm(Range Range) : ValueForm
{
    public override string Type => $"a whole number{Range.Suffix}";
}
