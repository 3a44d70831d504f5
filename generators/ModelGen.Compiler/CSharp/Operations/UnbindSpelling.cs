using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class UnbindSpelling : Spelling<Unbind>
{
    protected override string Expression(Unbind op, Operands operands) => $"{operands[0]}.unbind({Literal.Of(op.Axis + 1)})";
}
