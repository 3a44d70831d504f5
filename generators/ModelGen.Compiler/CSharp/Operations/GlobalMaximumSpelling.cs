using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class GlobalMaximumSpelling : Spelling<GlobalMaximum>
{
    protected override string Expression(GlobalMaximum op, Operands operands) =>
        $"{operands[0]}.amax([{Literal.List(Enumerable.Range(2, operands.Shape(0).Rank - 1).Select(static axis => (long)axis))}])";
}
