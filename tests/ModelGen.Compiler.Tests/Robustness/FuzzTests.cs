using System.Globalization;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Tests.Recipes;

namespace ModelGen.Compiler.Tests.Robustness;

/// <summary>Whatever the text: diagnostics, and never an exception, a fault of the compiler, a hang or a stack overflow.</summary>
public sealed class FuzzTests
{
    /// <summary>MODELGEN_FUZZ_COUNT says how many texts; MODELGEN_FUZZ_SEED where to start.</summary>
    [Fact]
    public void MutatedSpecsRaiseDiagnostics()
    {
        var (count, first) = (Setting("MODELGEN_FUZZ_COUNT", 4000), Setting("MODELGEN_FUZZ_SEED", 0));

        var (compiled, rules) = Watched.Compile(count, i => SpecMutator.Text(first + i));

        // Otherwise most texts would fail at the first bracket, and what comes after would not be tried.
        Assert.True(compiled > count / 100, string.Create(CultureInfo.InvariantCulture, $"{compiled} of {count} compiled"));
        Assert.True(rules.Count >= 20 || count < 1000, $"only {string.Join(", ", rules.Keys.Order(StringComparer.Ordinal))}");
    }

    [Fact]
    public void MutatedRecipesRaiseDiagnostics()
    {
        var (count, first) = (Setting("MODELGEN_FUZZ_COUNT", 4000) / 4, Setting("MODELGEN_FUZZ_SEED", 0));

        var (compiled, rules) = Watched.Compile(
            count,
            i => SpecMutator.Recipe(first + i),
            static text => Of(RecipeCompiler.Compile(text, EveryRecipe.Models, "Example"))
        );

        Assert.True(compiled > count / 100, string.Create(CultureInfo.InvariantCulture, $"{compiled} of {count} compiled"));
        Assert.True(rules.Count >= 10 || count < 1000, $"only {string.Join(", ", rules.Keys.Order(StringComparer.Ordinal))}");
    }

    private static (bool HasCode, IReadOnlyList<Diagnostic> Diagnostics) Of(CompiledRecipe compiled) =>
        (compiled.Code is not null, compiled.Diagnostics);

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
