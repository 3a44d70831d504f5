using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class UpsampleSpelling : Spelling<Upsample>
{
    protected override string Expression(Upsample op, Operands operands) =>
        $"{operands.Code.Functional}.interpolate({operands[0]}, scale_factor: [{Literal.List(op.Scale)}], mode: "
        + $"{operands.Code.Torch}.InterpolationMode.{Mode(op)}{(op.IsLinear ? ", align_corners: false" : "")})";

    private static string Mode(Upsample op) =>
        !op.IsLinear
            ? "Nearest"
            : op.Scale.Count switch
            {
                1 => "Linear",
                2 => "Bilinear",
                _ => "Trilinear",
            };
}
