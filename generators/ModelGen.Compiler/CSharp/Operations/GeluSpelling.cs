using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class GeluSpelling : Spelling<Gelu>
{
    protected override string Expression(Gelu op, Operands operands) => Of(op, operands, operands[0]);

    protected override string Step(Gelu op, Operands operands) =>
        op.IsApproximate ? operands.EachRow(row => Of(op, operands, row)) : $"{operands.Step}.Gelu({operands[0]})";

    private static string Of(Gelu op, Operands operands, string x) =>
        op.IsApproximate
            ? $"{operands.Code.Functional}.gelu({x}, {operands.Code.Gelu}.Approximate.tanh)"
            : $"{operands.Code.Functional}.gelu({x})";
}
