using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class DropoutLayer()
    : Activation(
        "dropout",
        "in training, elements are zeroed with the given probability and the rest divided by 1 - probability: Srivastava et al. 2014",
        Probability
    )
{
    public static readonly NumberParameter Probability = new("probability", "the fraction of elements dropped")
    {
        Default = 0.5,
        Range = Language.Range.Fraction,
        IsMain = true,
    };

    public override string ResultName => "dropped";

    public override bool PassesOn => true;

    public override string Example => "dropout: { probability: 0.1 }";

    protected override Op Op(LayerContext context)
    {
        context.DrawsAtRandom();
        return new Dropout(context.Get(Probability));
    }
}
