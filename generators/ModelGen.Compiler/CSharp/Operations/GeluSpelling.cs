using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class GeluSpelling : Spelling<Gelu>
{
    protected override string Expression(Gelu op, Operands operands) =>
        op.IsApproximate
            ? $"{operands.Code.Functional}.gelu({operands[0]}, {operands.Code.Gelu}.Approximate.tanh)"
            : $"{operands.Code.Functional}.gelu({operands[0]})";
}
