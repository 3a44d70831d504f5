using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class WantedRowsSpelling : Spelling<WantedRows>
{
    protected override string Step(WantedRows op, Operands operands) => $"{operands.Step}.Wanted({operands[0]})";
}
