using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SiluSpelling : Spelling<Silu>
{
    protected override string Expression(Silu op, Operands operands) => $"{operands.Code.Functional}.silu({operands[0]})";

    protected override string Step(Silu op, Operands operands) => $"{operands.Step}.Silu({operands[0]})";
}
