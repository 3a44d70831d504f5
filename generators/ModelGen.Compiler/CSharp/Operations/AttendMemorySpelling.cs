using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class AttendMemorySpelling : Spelling<AttendMemory>
{
    protected override string Step(AttendMemory op, Operands operands) => $"{operands.Step}.AttendMemory({operands[0]})";
}
