using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class QuantiseSpelling : Spelling<Quantise>
{
    protected override ModuleSpelling Module(Quantise op, Part part, string? source) =>
        new("global::ModelGen.Models.VectorQuantiser", $"new global::ModelGen.Models.VectorQuantiser({Literal.List(part.State[0].Shape)}, decay: {Literal.Of(op.Decay)}, reviveBelow: {Literal.Of(op.ReviveBelow)}, device)");
}
