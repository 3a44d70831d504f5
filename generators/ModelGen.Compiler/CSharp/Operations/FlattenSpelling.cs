using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class FlattenSpelling : Spelling<Flatten>
{
    protected override string Expression(Flatten op, Operands operands) => $"{operands[0]}.flatten({Literal.Of(op.From + 1)})";
}
