using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SequencePoolSpelling : Spelling<SequencePool>
{
    protected override string Expression(SequencePool op, Operands operands)
    {
        var presence = operands.Count > 1 ? $", {operands[1]}" : "";
        return $"{operands.Code.Runtime("SequencePooling")}.{Names.Pascal(op.Of)}({operands[0]}{presence})";
    }
}
