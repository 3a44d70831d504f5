using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// log p(x | output) of each sample, summed over its elements. Operands: x, output of one shape[, what the distribution learns].
/// </summary>
/// <param name="Distribution">The distribution, by the word that a spec has for it.</param>
/// <param name="Parameter">Its only argument, where it has one.</param>
internal sealed record LogLikelihood(string Distribution, OpArgument? Parameter) : Op
{
    public override string Name => "log-likelihood";

    public override IReadOnlyList<OpArgument> Arguments =>
        [new("distribution", Distribution), .. Parameter is null ? (OpArgument[])[] : [Parameter]];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new();
}
