using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class MixtureOfExpertsSpelling : Spelling<MixtureOfExperts>
{
    protected override string Expression(MixtureOfExperts op, Operands operands) =>
        $"{operands.Module}.Mix({operands[0]}, {operands.Experts})";

    protected override string Step(MixtureOfExperts op, Operands operands) =>
        $"{operands.Module}.Mix({operands[0]}, {operands.Experts}, {operands.Step})";

    protected override ModuleSpelling Module(MixtureOfExperts op, PartText part) =>
        new(
            part.Code.Runtime("ExpertRouter"),
            $"new {part.Code.Runtime("ExpertRouter")}({part.Size(0)}, {part.Size(1)}, topK: {Literal.Of(op.TopK)}, "
                + $"balance: {Literal.Of(op.Balance)}, zLoss: {Literal.Of(op.ZLoss)}, device)"
        );
}
