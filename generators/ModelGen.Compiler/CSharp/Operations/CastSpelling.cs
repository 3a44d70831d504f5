using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class CastSpelling : Spelling<Cast>
{
    protected override string Expression(Cast op, Operands operands) => $"{operands[0]}.to({operands.Code.Torch}.{op.Precision})";
}
