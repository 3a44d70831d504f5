using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class RotarySpelling : Spelling<Rotary>
{
    protected override string Expression(Rotary op, Operands operands) =>
        $"{operands.Code.Runtime("RotaryPositions")}.Rotate({operands[0]}, {operands[1]}, {Literal.Of(op.PairsNeighbours)})";

    protected override string Step(Rotary op, Operands operands) =>
        $"{operands.Step}.Rotate({operands[0]}, {operands[1]}, {Literal.Of(op.PairsNeighbours)})";
}
