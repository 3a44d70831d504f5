using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class TransposedConvolutionSpelling : Spelling<TransposedConvolution>
{
    // TorchSharp's modules for two and three axes use the first output padding for all axes.
    protected override string Expression(TransposedConvolution op, Operands operands) =>
        operands.Module is null || op.OutputPadding.Distinct().Count() > 1
            ? WindowText.Function("conv_transpose", op.Window, op.OutputPadding, op.Groups, operands)
            : operands.CallModule();

    protected override ModuleSpelling Module(TransposedConvolution op, PartText part)
    {
        var weight = part.State[0].Shape;
        return WindowText.Module("ConvTranspose", op.Window, op.OutputPadding, op.Groups, part, weight[0], checked(weight[1] * op.Groups));
    }
}
