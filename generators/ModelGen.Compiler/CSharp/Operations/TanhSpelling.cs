using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class TanhSpelling : Spelling<Tanh>
{
    protected override string Expression(Tanh op, Operands operands) => $"{operands.Code.Functional}.tanh({operands[0]})";
}
