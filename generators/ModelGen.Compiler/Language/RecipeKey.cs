namespace ModelGen.Compiler.Language;

/// <summary>
/// The keys that every recipe has, whatever the family of its model; the family adds those of its keys that <see cref="RecipeUse"/> allows
/// in recipes.
/// </summary>
internal static class RecipeKey
{
    public static readonly CommonKey Run = new(
        "run",
        "the recipe's name, which becomes a C# class",
        "a C# class name that starts with an upper-case letter",
        true
    );

    public static readonly CommonKey Model = new(
        "model",
        "the model that it trains, whose own spec stays as it is",
        "the name of a model of the project, with its namespace if several have that name",
        true
    );

    /// <summary>All of them, in the order of the reference.</summary>
    public static IReadOnlyList<CommonKey> All { get; } = [Run, Model, CommonKey.Description, CommonKey.Let];
}
