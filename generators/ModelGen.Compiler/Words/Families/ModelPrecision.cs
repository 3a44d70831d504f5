using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The key <c>precision</c>, which every family has.</summary>
internal static class ModelPrecision
{
    public static readonly ChoiceParameter Key = new(
        "precision",
        "the type in which layers multiply: linear maps, convolutions and attention; norms, softmax, softplus, averages, losses and "
            + "weights stay in float32, and other layers keep the type of their input: Micikevicius et al. 2018. `float16` is for GPUs",
        Precision.Full,
        Precision.BFloat16,
        Precision.Half
    )
    {
        Default = Precision.Full,
    };

    /// <summary>Further training options that are on: gradients need scaling if their range is small.</summary>
    public static IReadOnlyList<string> Switches(string precision) => precision == Precision.Half ? ["loss-scaling"] : [];
}
