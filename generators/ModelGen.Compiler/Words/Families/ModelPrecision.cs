using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The key <c>precision</c>, which every family has.</summary>
internal static class ModelPrecision
{
    public static readonly ChoiceParameter Key = new(
        "precision",
        "in which type the layers multiply: linear maps, convolutions and attention; norms, softmax, softplus, averages and losses "
            + "stay in float32, weights as well, and other layers take what comes in: Micikevicius et al. 2018. `float16` is for GPUs",
        Precision.Full,
        Precision.BFloat16,
        Precision.Half
    )
    {
        Default = Precision.Full,
    };

    /// <summary>What is on in the options of training besides: gradients need a scale where their range is small.</summary>
    public static IReadOnlyList<string> Switches(string precision) => precision == Precision.Half ? ["loss-scaling"] : [];
}
