using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class LeakyReluLayer() : Activation("leaky-relu", "x for x > 0, otherwise slope * x: Maas et al. 2013", Slope)
{
    private static readonly NumberParameter Slope = new("slope", "the slope below zero") { Default = 0.01, Range = Language.Range.NonNegative, IsMain = true };

    public override string Example => "leaky-relu: { slope: 0.2 }";

    protected override Arithmetic Arithmetic => Arithmetic.Any;

    protected override string Expression(LayerContext context) => $"arithmetic.LeakyRelu($0, {Slope.ToCSharp(context.Get(Slope))})";
}
