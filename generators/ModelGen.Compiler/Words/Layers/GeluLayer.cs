using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class GeluLayer() : Activation("gelu", "x times the standard normal CDF of x: Hendrycks and Gimpel 2016", Approximate)
{
    private static readonly ChoiceParameter Approximate = new("approximate", "`tanh` for the approximation that GPT-2 used", "none", "tanh")
    {
        Default = "none",
        IsMain = true,
    };

    public override string Example => "gelu: { approximate: tanh }";

    protected override Op Op(LayerContext context) => new Gelu(IsApproximate: context.Get(Approximate) == "tanh");
}
