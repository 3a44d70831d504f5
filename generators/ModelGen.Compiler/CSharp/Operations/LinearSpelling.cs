using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class LinearSpelling : Spelling<Linear>
{
    protected override string Expression(Linear op, Operands operands) =>
        operands.Module is null ? $"functional.linear({operands[0]}, {operands[1]}{(operands.Count > 2 ? $", {operands.Nullable(2)}" : "")})" : operands.CallModule();

    protected override ModuleSpelling Module(Linear op, Part part, string? source) =>
        new("modules.Linear", $"nn.Linear({Literal.Of(part.State[0].Shape[1])}, {Literal.Of(part.State[0].Shape[0])}, hasBias: {Literal.Of(part.State.Count > 1)}, device: device)");
}
