using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Training;

/// <summary>Patterns of names in a model's state, as keys of trainings and recipes have them.</summary>
internal static class StatePatterns
{
    /// <summary>The names of a model's weights.</summary>
    public static IReadOnlyList<string> WeightNames(this ModuleGraph root) =>
        [.. root.State().Where(static entry => !entry.IsBuffer).Select(static entry => entry.Name)];

    /// <summary>The patterns that cover nothing.</summary>
    /// <param name="place">The key that they are written under.</param>
    /// <param name="patterns">The patterns.</param>
    /// <param name="names">What they may cover.</param>
    /// <param name="what">What has these names.</param>
    /// <param name="model">The model.</param>
    public static IEnumerable<GraphError> Unmatched(
        string place,
        IEnumerable<string> patterns,
        IReadOnlyList<string> names,
        string what,
        ModelGraph model
    ) =>
        patterns
            .Where(pattern => !names.Any(name => StatePattern.Covers(pattern, name)))
            .Select(pattern => new GraphError(
                Rules.CoversNothing,
                GraphError.Model,
                place,
                new EquatableArray<string>([
                    Excerpt.Of(pattern),
                    what,
                    model.Spec.Name,
                    NearestWord.Hint(pattern, names.SelectMany(Prefixes).Distinct()),
                ])
            ));

    // blocks, blocks.0, blocks.0.linear, …
    private static IEnumerable<string> Prefixes(string name) =>
        Enumerable.Range(1, name.Split('.').Length).Select(count => string.Join(".", name.Split('.').Take(count)));
}
