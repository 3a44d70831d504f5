using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class UnflattenSpelling : Spelling<Unflatten>
{
    protected override string Expression(Unflatten op, Operands operands)
    {
        var kept = Enumerable.Range(1, operands.Shape(0).Rank - 1).Select(axis => $"{operands[0]}.size({Literal.Of(axis)}), ");
        return $"{operands[0]}.view(-1, {string.Concat(kept)}{Literal.List(op.Sizes)})";
    }
}
