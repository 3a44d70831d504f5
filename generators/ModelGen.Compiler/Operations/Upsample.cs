using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>Data enlarged by an integer factor along each axis after the channels. Operand: [C, L…].</summary>
/// <param name="Scale">The factor along each axis.</param>
/// <param name="IsLinear">Whether elements are interpolated along every axis, without aligned corners; otherwise each is repeated.</param>
internal sealed record Upsample(EquatableArray<long> Scale, bool IsLinear) : Op
{
    public override string Name => "upsample";

    public override IReadOnlyList<OpArgument> Arguments => [new("scale", Scale), new("linear", IsLinear)];

    public override NumericClass NumericClass => NumericClass.Any;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        new(new EquatableArray<Dim>(operands[0].Axes.Skip(1).Select((length, i) => length * Scale[i]).Prepend(operands[0].Axes[0])));

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;
}
