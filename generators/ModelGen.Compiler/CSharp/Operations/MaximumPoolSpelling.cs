using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class MaximumPoolSpelling : Spelling<MaximumPool>
{
    protected override string Expression(MaximumPool op, Operands operands) => WindowText.Pool("max_pool", op.Window, operands);
}
