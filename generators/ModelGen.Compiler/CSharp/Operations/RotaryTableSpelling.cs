using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class RotaryTableSpelling : Spelling<RotaryTable>
{
    protected override string Expression(RotaryTable op, Operands operands) =>
        $"{operands.Code.Runtime("RotaryPositions")}.Table({operands[0]}.size(1), {Literal.Of(op.Width)}, {Literal.Of(op.Base)}, "
        + $"{Literal.Of(op.Factor)}, {Literal.Of(op.PairsNeighbours)}, {operands[0]}.device)";

    protected override string Step(RotaryTable op, Operands operands) =>
        $"{operands.Step}.RotaryTable({Literal.Of(op.Width)}, {Literal.Of(op.Base)}, {Literal.Of(op.Factor)}, "
        + $"{Literal.Of(op.PairsNeighbours)})";
}
