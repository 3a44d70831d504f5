using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class EluSpelling : Spelling<Elu>
{
    protected override string Expression(Elu op, Operands operands) =>
        $"{operands.Code.Arithmetic}.Elu({operands[0]}, {Literal.Of(op.Alpha)})";
}
