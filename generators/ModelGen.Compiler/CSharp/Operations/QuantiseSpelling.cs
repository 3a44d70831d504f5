using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class QuantiseSpelling : Spelling<Quantise>
{
    protected override ModuleSpelling Module(Quantise op, PartText part) =>
        new(
            part.Code.Runtime("VectorQuantiser"),
            $"new {part.Code.Runtime("VectorQuantiser")}({part.Size(0)}, {part.Size(1)}, decay: {Literal.Of(op.Decay)}, "
                + $"reviveBelow: {Literal.Of(op.ReviveBelow)}, device)"
        );
}
