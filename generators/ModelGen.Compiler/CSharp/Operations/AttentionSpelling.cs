using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class AttentionSpelling : Spelling<Attention>
{
    protected override string Expression(Attention op, Operands operands)
    {
        // The backward of libtorch's fused kernels is not differentiable.
        var (function, dropout, causal) = op.IsDifferentiatedTwice
            ? ($"{operands.Code.Runtime("Attention")}.ScaledDotProduct", "dropout", "isCausal")
            : ($"{operands.Code.Functional}.scaled_dot_product_attention", "p", "is_casual");
        var options =
            (op.Dropout > 0 ? $", {dropout}: {operands.Code.Inherited("training")} ? {Literal.Of(op.Dropout)} : 0" : "")
            + (op.IsCausal ? $", {causal}: true" : "");
        return $"{function}({operands[0]}, {operands[1]}, {operands[2]}{options})";
    }
}
