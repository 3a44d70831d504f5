using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators.Recipes;

/// <summary>All that one recipe's output is made of.</summary>
/// <param name="Source">The recipe as read.</param>
/// <param name="Code">What it becomes.</param>
/// <param name="Taken">Who has its name already; null where nobody has.</param>
/// <param name="FileName">What the generated file's name starts with.</param>
internal sealed record RecipeUnit(RecipeSource Source, RecipeCode Code, string? Taken, string FileName)
{
    public static RecipeUnit Create(RecipeSource source, EquatableArray<RecipeCode> all, EquatableArray<ProjectModel> models)
    {
        var code = all.First(candidate => candidate.Key == source.Key);
        if (source.Class is { } own)
        {
            return new RecipeUnit(
                source,
                code,
                null,
                HintNames.Of(own.FullName, all.Where(static other => !other.IsFile).Select(static other => other.Key)) + ".recipe"
            );
        }

        // Without regard to case: the files that hold the classes have these names, and not every file system tells the two apart.
        var model = models.FirstOrDefault(candidate => IsSame(candidate.FullName, code));
        var recipe = all.Where(candidate => IsSame(candidate.FullName, code))
            .OrderBy(static candidate => candidate.IsFile)
            .ThenBy(static candidate => candidate.Key, StringComparer.Ordinal)
            .FirstOrDefault();
        var taken =
            code.FullName is null ? null
            : model is not null ? $"it is the name of the model '{model.Name}'"
            : recipe != code ? $"the recipe in {recipe!.Key} has it, as '{recipe.FullName}'"
            : null;
        return new RecipeUnit(source, code, taken, $"{code.Recipe?.Name}.run");
    }

    /// <summary>The generated file; without text where something is wrong.</summary>
    public RecipeFile File => new($"{FileName}.g.cs", Parsed.Diagnostics.Count == 0 && Taken is null ? Code.Generated.Code : null);

    /// <summary>What is wrong with a recipe of its own file; the mistakes of attributes an analyzer shows.</summary>
    public Report Report
    {
        get
        {
            var found = RecipeCompiler.Mistakes(Parsed, Code.Generated);
            if (Taken is not null)
            {
                found.Add(
                    new Diagnostic(Rules.NameTaken, Parsed.Places.Model.Layer, new EquatableArray<string>([Code.Recipe!.Name, Taken]))
                );
            }

            return new Report(Source.Path, Source.Class is null ? found.Shown() : default);
        }
    }

    private ParsedRecipe Parsed => Source.Readings.For(Code.Recipe?.Family);

    private static bool IsSame(string? name, RecipeCode code) =>
        code.FullName is not null && string.Equals(name, code.FullName, StringComparison.OrdinalIgnoreCase);
}
