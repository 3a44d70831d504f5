using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class RotarySpelling : Spelling<Rotary>
{
    protected override string Expression(Rotary op, Operands operands) =>
        $"{operands.Code.Runtime("RotaryPositions")}.Rotate({operands[0]}, {operands[1]}, {Literal.Of(op.PairsNeighbours)})";
}
