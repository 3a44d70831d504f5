using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class DropoutSpelling : Spelling<Dropout>
{
    protected override string Expression(Dropout op, Operands operands) =>
        $"{operands.Code.Functional}.dropout({operands[0]}, {Literal.Of(op.Probability)}, {operands.Code.Inherited("training")})";
}
