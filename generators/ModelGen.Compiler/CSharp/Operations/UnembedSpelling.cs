using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class UnembedSpelling : Spelling<Unembed>
{
    protected override string Expression(Unembed op, Operands operands) =>
        operands.Module is null ? $"functional.linear({operands[0]}, {operands[1]})" : operands.CallModule();

    protected override ModuleSpelling Module(Unembed op, Part part, string? source) =>
        new("global::ModelGen.Models.Unembedding", $"new global::ModelGen.Models.Unembedding({Literal.Of(part.State[0].Shape[1])}, {Literal.Of(part.State[0].Shape[0])}, device: device)");
}
