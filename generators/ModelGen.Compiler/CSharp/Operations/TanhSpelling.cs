using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class TanhSpelling : Spelling<Tanh>
{
    protected override string Expression(Tanh op, Operands operands) => Of(operands, operands[0]);

    protected override string Step(Tanh op, Operands operands) => operands.EachRow(row => Of(operands, row));

    private static string Of(Operands operands, string x) => $"{operands.Code.Functional}.tanh({x})";
}
