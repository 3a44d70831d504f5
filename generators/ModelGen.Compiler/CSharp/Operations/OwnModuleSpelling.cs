using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class OwnModuleSpelling : Spelling<OwnModule>
{
    // A length that only the run knows is compared where the input has it too.
    protected override string Expression(OwnModule op, Operands operands)
    {
        var input = operands.Shape(0);
        var lengths = op.Output.Axes.Select(axis =>
        {
            var same = axis.Constant is null ? input.Axes.ToList().FindIndex(other => other.Equals(axis)) : -1;
            return axis.Constant is { } constant ? Literal.Of(constant)
                : same >= 0 ? $"{operands[0]}.size({Literal.Of(same + 1L)})"
                : "-1";
        });
        return $"{operands.Code.Runtime("OwnModule")}.call({operands.Module}, {operands[0]}, [{string.Join(", ", lengths)}])";
    }

    protected override ModuleSpelling Module(OwnModule op, PartText part) =>
        new(Names.Own(op.Type), $"{part.Code.Runtime("OwnModule")}.On(new {Names.Own(op.Type)}({Literal.List(op.Numbers)}), device)");
}
