namespace ModelGen.Generators.Tests.Recipes;

/// <summary>Projects with models and recipes.</summary>
internal static class Projects
{
    /// <summary>A recipe for a transformer.</summary>
    public static string Recipe(string name, string model, string rate = "1e-4") =>
        $$"""
            run: {{name}}
            model: {{model}}
            summary: Trains longer.
            let: { rate: {{rate}} }
            training:
              optimizer: { adamw: $rate }
              batch: 16
              duration: 2 epochs

            """;

    /// <summary>A project whose steps are those of recipes.</summary>
    public static SpecProject Of(string source = "namespace App; internal static class Program;", string? rootNamespace = "App") =>
        new(rootNamespace, source, new RecipeGenerator(), new SpecGenerator(), new ClassGenerator());
}
