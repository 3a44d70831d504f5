using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class LayerNormSpelling : Spelling<LayerNorm>
{
    protected override string Expression(LayerNorm op, Operands operands) => operands.CallModule();

    protected override string Step(LayerNorm op, Operands operands) => $"{operands.Step}.LayerNorm({operands[0]}, {operands.Module})";

    protected override ModuleSpelling Module(LayerNorm op, PartText part) =>
        new(
            $"{part.Code.Modules}.LayerNorm",
            $"{part.Code.Nn}.LayerNorm({Size(part.State[0])}, eps: {Literal.Of(op.Epsilon)}, bias: "
                + $"{Literal.Of(part.State.Count > 1)}, device: device)"
        );

    private static string Size(StateEntry weight) =>
        weight.Shape.Count == 1 ? Literal.Of(weight.Shape[0]) : $"new long[] {{ {Literal.List(weight.Shape)} }}";
}
