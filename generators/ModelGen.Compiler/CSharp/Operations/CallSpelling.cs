using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class CallSpelling : Spelling<Call>
{
    protected override string Expression(Call op, Operands operands) =>
        op.IsRecomputed ? $"{operands.Code.Runtime("Recompute")}.Call({operands.Module}, {operands[0]})" : operands.CallModule();

    protected override string Step(Call op, Operands operands) => operands.StepModule();
}
