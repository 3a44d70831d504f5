using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class GlobalAverageSpelling : Spelling<GlobalAverage>
{
    protected override string Expression(GlobalAverage op, Operands operands) =>
        $"{operands[0]}.mean([{Literal.List(Enumerable.Range(2, operands.Shape(0).Rank - 1).Select(static axis => (long)axis))}])";
}
