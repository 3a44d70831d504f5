using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// log p(x | output) of each sample, summed over its elements. Operands: x, output of the same shape[, the distribution's learned
/// parameter].
/// </summary>
/// <param name="Distribution">The distribution, as a spec names it.</param>
/// <param name="Parameter">Its only argument, if it has one.</param>
internal sealed record LogLikelihood(string Distribution, OpArgument? Parameter) : Op
{
    public override string Name => "log-likelihood";

    public override IReadOnlyList<OpArgument> Arguments =>
        [new("distribution", Distribution), .. Parameter is null ? (OpArgument[])[] : [Parameter]];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new();
}
