using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The key <c>precision</c>, which every family has.</summary>
internal static class ModelPrecision
{
    public static readonly ChoiceParameter Key = new(
        "precision",
        "in which type the layers multiply: linear maps, convolutions and attention; norms, softmax, softplus, averages and losses stay in float32, weights as well, and other layers take what comes in: Micikevicius et al. 2018. `float16` is for GPUs",
        Precision.Full, Precision.BFloat16, Precision.Half)
    {
        Default = Precision.Full,
    };

    /// <summary>What the class overrides where its precision is not the usual.</summary>
    public static IEnumerable<string> Members(ModelGraph model) =>
        model.Precision == Precision.Full ? [] : [$"torch.ScalarType Precision => torch.{model.Precision};"];

    /// <summary>What the training options hold besides.</summary>
    public static IEnumerable<string> TrainingOptions(ModelGraph model) => model.Precision == Precision.Half ? ["LossScaling = true"] : [];
}
