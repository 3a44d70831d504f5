using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The axes from a given one on, merged into one.</summary>
/// <param name="From">Counted from 0, without the batch.</param>
/// <param name="IsCopy">Whether the elements are in another order in memory, so that they are copied.</param>
internal sealed record Flatten(int From, bool IsCopy) : Op
{
    public override string Name => "flatten";

    public override IReadOnlyList<OpArgument> Arguments => [new("from", (long)From)];

    public override NumericClass NumericClass => IsCopy ? NumericClass.Any : NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        new(
            new EquatableArray<Dim>(
                operands[0]
                    .Axes.Take(From)
                    .Append(operands[0].Axes.Skip(From).Aggregate((Dim)1, static (product, length) => product * length))
            )
        );

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;
}
