using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class ConvolutionSpelling : Spelling<Convolution>
{
    protected override string Expression(Convolution op, Operands operands) =>
        operands.Module is null ? WindowText.Function("conv", op.Window, [], op.Groups, operands) : operands.CallModule();

    protected override ModuleSpelling Module(Convolution op, PartText part)
    {
        var weight = part.State[0].Shape;
        return WindowText.Module("Conv", op.Window, [], op.Groups, part, checked(weight[1] * op.Groups), weight[0]);
    }
}
