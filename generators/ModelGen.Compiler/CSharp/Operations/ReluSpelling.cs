using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ReluSpelling : Spelling<Relu>
{
    protected override string Expression(Relu op, Operands operands) => $"{operands.Code.Functional}.relu({operands[0]})";
}
