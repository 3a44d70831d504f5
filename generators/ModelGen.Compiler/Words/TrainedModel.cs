using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>The keys of words that use another model, which they load.</summary>
internal static class TrainedModel
{
    /// <summary>The folder of the run that has the model's weights.</summary>
    /// <param name="what">What the model is.</param>
    public static TextParameter Run(string what) =>
        new("run", $"the folder of the run that trained the {what}, relative to the one that the program runs in") { IsRequired = true };
}
