using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class PlusSpelling : Spelling<Plus>
{
    protected override string Expression(Plus op, Operands operands) => $"{operands.Code.Arithmetic}.Plus({operands[0]}, {operands[1]})";
}
