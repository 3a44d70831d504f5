using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ContiguousSpelling : Spelling<Contiguous>
{
    protected override string Expression(Contiguous op, Operands operands) => $"{operands[0]}.contiguous()";
}
