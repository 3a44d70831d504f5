using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class AveragePoolSpelling : Spelling<AveragePool>
{
    protected override string Expression(AveragePool op, Operands operands) => WindowText.Pool("avg_pool", op.Window, operands);
}
