using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class MinibatchDeviationSpelling : Spelling<MinibatchDeviation>
{
    protected override string Expression(MinibatchDeviation op, Operands operands) =>
        $"{operands.Code.Runtime("MinibatchDeviation")}.Append({operands[0]}, {Literal.Of(op.Group)})";
}
