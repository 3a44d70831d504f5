using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class LeakyReluSpelling : Spelling<LeakyRelu>
{
    protected override string Expression(LeakyRelu op, Operands operands) =>
        $"{operands.Code.Arithmetic}.LeakyRelu({operands[0]}, {Literal.Of(op.Slope)})";
}
