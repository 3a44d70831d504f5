using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class GeluLayer() : Activation("gelu", "x times the normal distribution function of x: Hendrycks and Gimpel 2016", Approximate)
{
    private static readonly ChoiceParameter Approximate = new("approximate", "`tanh` for the approximation that GPT-2 used", "none", "tanh") { Default = "none", IsMain = true };

    public override string Example => "gelu: { approximate: tanh }";

    protected override Arithmetic Arithmetic => Arithmetic.Any;

    protected override string Expression(LayerContext context) =>
        context.Get(Approximate) == "tanh" ? "functional.gelu($0, global::TorchSharp.Modules.GELU.Approximate.tanh)" : "functional.gelu($0)";
}
