using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ScoresSpelling : Spelling<Scores>
{
    protected override string Step(Scores op, Operands operands) =>
        $"{operands.Step}.Scores({operands[0]}, {operands[1]}{(operands.Count > 2 ? $", {operands.Nullable(2)}" : "")})";
}
