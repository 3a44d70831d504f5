using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SinusoidalPositionsSpelling : Spelling<SinusoidalPositions>
{
    protected override string Expression(SinusoidalPositions op, Operands operands) =>
        $"{operands.Code.Runtime("SinusoidalPositions")}.Table({operands[0]}.size(1), {Literal.Of(op.Width)}, {operands[0]}.device)";

    protected override string Step(SinusoidalPositions op, Operands operands) =>
        $"{operands.Step}.SinusoidalPositions({Literal.Of(op.Width)})";
}
