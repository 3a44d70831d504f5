using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class GroupNormSpelling : Spelling<GroupNorm>
{
    protected override string Expression(GroupNorm op, Operands operands) =>
        operands.Shape(0).Rank > 1
            ? operands.CallModule()
            // TorchSharp's module rejects [B, C], which the function accepts.
            : $"{operands.Code.Functional}.group_norm({operands[0]}, {Literal.Of(op.Groups)}, {operands[1]}, {operands[2]}, "
                + $"{Literal.Of(op.Epsilon)})";

    protected override ModuleSpelling Module(GroupNorm op, PartText part) =>
        new(
            $"{part.Code.Modules}.GroupNorm",
            $"{part.Code.Nn}.GroupNorm({Literal.Of(op.Groups)}, {Literal.Of(part.State[0].Count)}, eps: {Literal.Of(op.Epsilon)}, "
                + "device: device)"
        );
}
