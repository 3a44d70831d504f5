namespace ModelGen.Compiler.Language;

/// <summary>A family as the language knows it: a word whose arguments are keys of the file.</summary>
internal abstract class FamilyWord(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "family";

    /// <summary>The keys that a recipe for a model of the family gives anew; none where the family is not trained.</summary>
    public IReadOnlyList<Parameter> RecipeParameters { get; } = [.. parameters.Where(parameter => parameter.Recipe is RecipeUse.Required or RecipeUse.Optional)];
}
