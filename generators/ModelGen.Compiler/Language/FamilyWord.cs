namespace ModelGen.Compiler.Language;

/// <summary>A family as the language knows it: a word whose arguments are keys of the file.</summary>
internal abstract class FamilyWord(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "family";

    /// <summary>The keys of a recipe for a model of the family: its own, and those of the model that it may set again.</summary>
    public IReadOnlyList<Parameter> RecipeParameters =>
        field ??= [
            .. OwnRecipeParameters,
            .. Parameters
                .Where(static parameter => parameter.Recipe is RecipeUse.Required or RecipeUse.Optional)
                .Select(static parameter => parameter.InRecipes ?? parameter),
        ];

    /// <summary>The keys that only recipes have.</summary>
    protected virtual IReadOnlyList<Parameter> OwnRecipeParameters => [];
}
