namespace ModelGen.Compiler.Operations;

/// <summary>x in another type of numbers.</summary>
/// <param name="Precision">The type, by the word that a spec has for it.</param>
internal sealed record Cast(string Precision) : ShapePreserving("cast", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("precision", Precision)];
}
