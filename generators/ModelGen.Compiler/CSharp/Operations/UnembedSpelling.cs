using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class UnembedSpelling : Spelling<Unembed>
{
    protected override string Expression(Unembed op, Operands operands) =>
        operands.Module is null ? $"{operands.Code.Functional}.linear({operands[0]}, {operands[1]})" : operands.CallModule();

    protected override string Step(Unembed op, Operands operands) => $"{operands.Step}.Linear({operands[0]}, {operands[1]})";

    protected override ModuleSpelling Module(Unembed op, PartText part) =>
        new(part.Code.Runtime("Unembedding"), $"new {part.Code.Runtime("Unembedding")}({part.Size(1)}, {part.Size(0)}, device: device)");
}
