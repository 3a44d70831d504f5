using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class BatchNormSpelling : Spelling<BatchNorm>
{
    protected override string Expression(BatchNorm op, Operands operands) => operands.CallModule();

    protected override ModuleSpelling Module(BatchNorm op, PartText part)
    {
        var type = part.Code.Runtime($"BatchNorm{Literal.Of(Math.Max(1, op.Axes))}d");
        return new(
            type,
            $"new {type}({Literal.Of(part.State[0].Count)}, eps: {Literal.Of(op.Epsilon)}, momentum: {Literal.Of(op.Momentum)}, "
                + "device: device)"
        );
    }
}
