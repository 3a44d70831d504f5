using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class PermuteSpelling : Spelling<Permute>
{
    protected override string Expression(Permute op, Operands operands) =>
        $"{operands[0]}.permute(0, {Literal.List(op.Order.Select(static axis => axis + 1))})";
}
