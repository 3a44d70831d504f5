using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ReluSpelling : Spelling<Relu>
{
    protected override string Expression(Relu op, Operands operands) => $"functional.relu({operands[0]})";
}
