using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SoftplusSpelling : Spelling<Softplus>
{
    protected override string Expression(Softplus op, Operands operands) =>
        $"{operands.Code.Arithmetic}.Softplus({operands[0]}, beta: {Literal.Of(op.Beta)})";
}
