using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class TransposeSpelling : Spelling<Transpose>
{
    protected override string Expression(Transpose op, Operands operands) =>
        $"{operands[0]}.transpose({Literal.Of(op.First + 1)}, {Literal.Of(op.Second + 1)})";
}
