using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SoftmaxSpelling : Spelling<Softmax>
{
    protected override string Expression(Softmax op, Operands operands) => Of(op, operands, operands[0]);

    protected override string Step(Softmax op, Operands operands) => operands.EachRow(row => Of(op, operands, row));

    private static string Of(Softmax op, Operands operands, string x) =>
        $"{operands.Code.Functional}.softmax({x}, {Literal.Of(op.Axis + 1)})";
}
