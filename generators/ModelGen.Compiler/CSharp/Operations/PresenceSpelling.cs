using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class PresenceSpelling : Spelling<Presence>
{
    protected override string Expression(Presence op, Operands operands) =>
        $"{operands.Code.Runtime("Presence")}.Of({operands[0]}, {Literal.Of(op.Padding)})";
}
