using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class RememberSpelling : Spelling<Remember>
{
    protected override string Step(Remember op, Operands operands) =>
        $"{operands.Step}.Remember({operands[0]}, {operands[1]}{(operands.Count > 2 ? $", {operands[2]}" : "")})";
}
