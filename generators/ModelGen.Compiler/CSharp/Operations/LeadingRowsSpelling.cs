using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class LeadingRowsSpelling : Spelling<LeadingRows>
{
    protected override string Expression(LeadingRows op, Operands operands) => $"{operands[1]}.narrow(0, 0, {operands[0]}.size(1))";

    protected override string Step(LeadingRows op, Operands operands) => $"{operands.Step}.AtPositions({operands[1]})";
}
