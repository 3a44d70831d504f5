using ModelGen.Compiler.Files;
using TorchSharp;

namespace ModelGen.Layers;

/// <summary>Patterns of names in a model's state, as recipes have them.</summary>
internal static class StatePatterns
{
    /// <summary>Whether one of the patterns covers a name.</summary>
    public static bool Cover(IReadOnlyList<string>? patterns, string name) =>
        patterns?.Any(pattern => StatePattern.Covers(pattern, name)) == true;

    /// <summary>Checks that each pattern covers a name.</summary>
    /// <param name="patterns">The patterns; null for none.</param>
    /// <param name="names">The names.</param>
    /// <param name="what">What is named.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelGenException">One covers none.</exception>
    public static void CheckCover(IReadOnlyList<string>? patterns, IReadOnlyList<string> names, string what, torch.nn.Module model)
    {
        if (patterns?.FirstOrDefault(pattern => !names.Any(name => StatePattern.Covers(pattern, name))) is { } idle)
        {
            throw new ModelGenException($"'{idle}' covers no {what} of {model.GetName()}; it has {string.Join(", ", names)}.");
        }
    }

    /// <summary>The names of a model's weights.</summary>
    public static IReadOnlyList<string> WeightNames(this torch.nn.Module model) =>
        [.. model.named_parameters().Select(static weight => weight.name)];
}
