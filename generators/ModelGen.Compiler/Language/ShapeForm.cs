namespace ModelGen.Compiler.Language;

/// <summary>A shape whose lengths may be the model's symbols; its values are arrays of <see cref="AxisLength"/>.</summary>
internal sealed record ShapeForm : ValueForm
{
    public override string Type => "a shape such as [16], or [T, 16] where T is the length of a sequence";

    /// <summary>A shape without symbols.</summary>
    public SizesForm Axes => new(new Range(1, int.MaxValue), AllowsOne: false);
}
