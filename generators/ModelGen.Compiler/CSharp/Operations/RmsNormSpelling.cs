using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class RmsNormSpelling : Spelling<RmsNorm>
{
    protected override string Expression(RmsNorm op, Operands operands) => operands.CallModule();

    protected override string Step(RmsNorm op, Operands operands) => $"{operands.Step}.RmsNorm({operands[0]}, {operands.Module})";

    protected override ModuleSpelling Module(RmsNorm op, PartText part) =>
        new(
            part.Code.Runtime("RmsNorm"),
            $"new {part.Code.Runtime("RmsNorm")}([{Literal.List(part.State[0].Shape)}], {Literal.Of(op.Epsilon)}, device)"
        );
}
