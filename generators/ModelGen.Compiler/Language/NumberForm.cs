namespace ModelGen.Compiler.Language;

/// <summary>A real number in a range, written as a literal or as arithmetic; its values are <see cref="double"/>.</summary>
internal sealed record NumberForm(Range Range) : ValueForm
{
    public override string Type => $"a number{Range.Suffix}";
}
