using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SoftmaxSpelling : Spelling<Softmax>
{
    protected override string Expression(Softmax op, Operands operands) =>
        $"{operands.Code.Functional}.softmax({operands[0]}, {Literal.Of(op.Axis + 1)})";
}
