using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Tests.Recipes;

/// <summary>Compiles recipes written in tests.</summary>
internal static class Recipe
{
    /// <summary>A model of the namespace that recipes are compiled for here.</summary>
    public static ProjectModel Model(string spec)
    {
        var parsed = SpecCompiler.Parse(spec).Spec;
        return new ProjectModel(Tests.Spec.Namespace, parsed?.Name ?? "", "public", parsed);
    }

    /// <summary>The C#; fails with the diagnostics where there is none.</summary>
    public static string Code(string text, params string[] models)
    {
        var compiled = Compile(text, models);
        Assert.True(
            compiled.Code is not null,
            $"{string.Join('\n', compiled.Diagnostics.Select(d => d.Format("example.run.yaml")))}\n\n{text}"
        );
        return compiled.Code;
    }

    /// <summary>What is wrong, as "(line,column): MG0000: message".</summary>
    public static IReadOnlyList<string> Errors(string text, params string[] models) =>
        [
            .. Compile(text, models)
                .Diagnostics.Select(d => FormattableString.Invariant($"({d.Span.Line},{d.Span.Column}): {d.Rule.Id}: {d.Message}")),
        ];

    private static CompiledRecipe Compile(string text, string[] models) =>
        RecipeCompiler.Compile(text, [.. models.Select(Model)], Tests.Spec.Namespace);
}
