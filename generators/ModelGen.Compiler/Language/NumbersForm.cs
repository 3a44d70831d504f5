namespace ModelGen.Compiler.Language;

/// <summary>A list of numbers; its values are arrays of <see cref="double"/>.</summary>
internal sealed record NumbersForm : ValueForm
{
    /// <summary>More than any constructor should take.</summary>
    public const int MaximumCount = 32;

    public override string Type => "a list of numbers";

    /// <summary>The form of each element.</summary>
    public NumberForm Element => new(Range.Finite);
}
