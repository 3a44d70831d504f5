using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SoftplusSpelling : Spelling<Softplus>
{
    protected override string Expression(Softplus op, Operands operands) => Of(op, operands, operands[0]);

    protected override string Step(Softplus op, Operands operands) => operands.EachRow(row => Of(op, operands, row));

    private static string Of(Softplus op, Operands operands, string x) =>
        $"{operands.Code.Arithmetic}.Softplus({x}, beta: {Literal.Of(op.Beta)})";
}
