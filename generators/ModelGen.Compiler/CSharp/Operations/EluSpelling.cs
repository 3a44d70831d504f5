using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class EluSpelling : Spelling<Elu>
{
    protected override string Expression(Elu op, Operands operands) => Of(op, operands, operands[0]);

    protected override string Step(Elu op, Operands operands) => operands.EachRow(row => Of(op, operands, row));

    private static string Of(Elu op, Operands operands, string x) => $"{operands.Code.Arithmetic}.Elu({x}, {Literal.Of(op.Alpha)})";
}
