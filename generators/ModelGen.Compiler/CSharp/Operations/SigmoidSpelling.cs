using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SigmoidSpelling : Spelling<Sigmoid>
{
    protected override string Expression(Sigmoid op, Operands operands) => $"{operands.Code.Functional}.sigmoid({operands[0]})";
}
