using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Recipes;

/// <summary>Everything that goes into one recipe's output.</summary>
/// <param name="Source">The recipe as read.</param>
/// <param name="Code">Its output.</param>
/// <param name="Taken">What already has its name; null where nothing has.</param>
/// <param name="FileName">The start of the generated file's name.</param>
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

        // Case is ignored: the generated files have these names, and not every file system tells them apart.
        var model = models.FirstOrDefault(candidate => IsSame(candidate.FullName, code));
        var recipe = all.Where(candidate => IsSame(candidate.FullName, code))
            .OrderBy(static candidate => candidate.IsFile)
            .ThenBy(static candidate => candidate.Key, StringComparer.Ordinal)
            .FirstOrDefault();
        var taken =
            code.FullName is null ? null
            : model is not null ? $"it is the name of the model '{model.Name}'"
            : recipe != code ? $"the recipe in {recipe!.Key} already has it, as '{recipe.FullName}'"
            : null;
        return new RecipeUnit(source, code, taken, $"{code.Recipe?.Name}.run");
    }

    /// <summary>The generated file; without text where something is wrong.</summary>
    public RecipeFile File => new($"{FileName}.g.cs", Parsed.Diagnostics.Count == 0 && Taken is null ? Code.Generated.Code : null);

    /// <summary>What is wrong with it.</summary>
    public Report Report
    {
        get
        {
            // C# itself reports a class that does not exist.
            var generated = Source.IsModelMissing
                ? Code.Generated with
                {
                    Errors = new(Code.Generated.Errors.Where(static error => error.Rule != Rules.UnknownModel)),
                }
                : Code.Generated;
            var found = RecipeCompiler.Mistakes(Parsed, generated);
            if (Taken is not null)
            {
                found.Add(
                    new Diagnostic(Rules.NameTaken, Parsed.Places.Model.Layer, new EquatableArray<string>([Code.Recipe!.Name, Taken]))
                );
            }

            return new Report(Source.Path, found.Shown());
        }
    }

    private ParsedRecipe Parsed => Source.Readings.For(Code.Recipe?.Family);

    private static bool IsSame(string? name, RecipeCode code) =>
        code.FullName is not null && string.Equals(name, code.FullName, StringComparison.OrdinalIgnoreCase);
}
