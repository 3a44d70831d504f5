using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class LinearSpelling : Spelling<Linear>
{
    protected override string Expression(Linear op, Operands operands) =>
        operands.Module is null
            ? $"{operands.Code.Functional}.linear({operands[0]}, {operands[1]}{(operands.Count > 2 ? $", {operands.Nullable(2)}" : "")})"
            : operands.CallModule();

    protected override string Step(Linear op, Operands operands) =>
        $"{operands.Step}.Linear({operands[0]}, {operands[1]}{(operands.Count > 2 ? $", {operands.Nullable(2)}" : "")})";

    protected override ModuleSpelling Module(Linear op, PartText part) =>
        new(
            $"{part.Code.Modules}.Linear",
            $"{part.Code.Nn}.Linear({part.Size(1)}, {part.Size(0)}, hasBias: {Literal.Of(part.State.Count > 1)}, device: device)"
        );
}
