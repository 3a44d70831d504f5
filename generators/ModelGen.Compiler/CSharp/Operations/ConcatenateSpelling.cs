using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ConcatenateSpelling : Spelling<Concatenate>
{
    protected override string Expression(Concatenate op, Operands operands) =>
        $"{operands.Code.Torch}.cat([{string.Join(", ", Enumerable.Range(0, operands.Count).Select(i => operands[i]))}], "
        + $"{Literal.Of(op.Axis + 1)})";
}
