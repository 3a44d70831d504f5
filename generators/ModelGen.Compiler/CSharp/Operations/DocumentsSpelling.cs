using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class DocumentsSpelling : Spelling<Documents>
{
    protected override string Expression(Documents op, Operands operands) =>
        $"{operands.Code.Runtime("Documents")}.Of({operands[0]}, {Literal.Of(op.End)})";

    protected override string Step(Documents op, Operands operands) => $"{operands.Step}.Documents({operands[0]}, {Literal.Of(op.End)})";
}
