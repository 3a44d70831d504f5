using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ReshapeSpelling : Spelling<Reshape>
{
    protected override string Expression(Reshape op, Operands operands)
    {
        // A length that is known only at run time is -1 in C#, so the batch can be -1 only where all other lengths are known.
        var isKnown = op.To.Axes.All(static axis => axis.Constant is not null);
        return $"{operands[0]}.reshape({(isKnown ? "-1" : $"{operands[0]}.size(0)")}, "
            + $"{Literal.List(op.To.Axes.Select(static axis => axis.Constant ?? -1))})";
    }
}
