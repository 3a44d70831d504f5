using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class SigmoidSpelling : Spelling<Sigmoid>
{
    protected override string Expression(Sigmoid op, Operands operands) => Of(operands, operands[0]);

    protected override string Step(Sigmoid op, Operands operands) => operands.EachRow(row => Of(operands, row));

    private static string Of(Operands operands, string x) => $"{operands.Code.Functional}.sigmoid({x})";
}
