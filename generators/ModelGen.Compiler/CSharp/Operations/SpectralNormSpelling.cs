using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SpectralNormSpelling : Spelling<SpectralNorm>
{
    protected override string Expression(SpectralNorm op, Operands operands) => operands.CallModule();

    protected override ModuleSpelling Module(SpectralNorm op, PartText part) =>
        new(part.Code.Runtime("SpectralNorm"), $"new {part.Code.Runtime("SpectralNorm")}({part.Source}, axis: {Literal.Of(op.Axis)})");
}
