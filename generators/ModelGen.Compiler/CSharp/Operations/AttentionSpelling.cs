using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class AttentionSpelling : Spelling<Attention>
{
    protected override string Expression(Attention op, Operands operands)
    {
        // TorchSharp's function has neither groups nor windows nor slopes, and its masks have no batch.
        var isOwn = operands.Count > 3 || op.Group > 1 || op.Window is not null || op.HasSlopes || op.IsDifferentiatedTwice;
        var hasPresence = operands.Count > (op.KeepsDocumentsApart ? 4 : 3);
        var (function, dropout, causal) = isOwn
            ? ($"{operands.Code.Runtime("Attention")}.ScaledDotProduct", "dropout", "isCausal")
            : ($"{operands.Code.Functional}.scaled_dot_product_attention", "p", "is_casual");
        return $"{function}({operands[0]}, {operands[1]}, {operands[2]}"
            + (op.Dropout > 0 ? $", {dropout}: {operands.Code.Inherited("training")} ? {Literal.Of(op.Dropout)} : 0" : "")
            + (op.IsCausal ? $", {causal}: true" : "")
            + (op.Window is { } window ? $", window: {Literal.Of(window)}" : "")
            + (op.HasSlopes ? ", hasSlopes: true" : "")
            + (hasPresence ? $", presence: {operands[3]}" + (op.IsCross ? ", isCross: true" : "") : "")
            + (op.KeepsDocumentsApart ? $", documents: {operands[operands.Count - 1]}" : "")
            + (op.IsDifferentiatedTwice ? ", isDifferentiatedTwice: true" : "")
            + ")";
    }

    // What keeps padding out is for whole batches.
    protected override string Step(Attention op, Operands operands) =>
        $"{operands.Step}.Attend({operands[0]}, {operands[1]}, {operands[2]}"
        + (op.Window is { } window ? $", window: {Literal.Of(window)}" : "")
        + (op.HasSlopes ? ", hasSlopes: true" : "")
        + (op.KeepsDocumentsApart ? ", keepsDocumentsApart: true" : "")
        + ")";
}
