using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>Where a recipe uses another model than the one that it trains.</summary>
/// <param name="Word">The word that names the model.</param>
/// <param name="Name">The model as written.</param>
/// <param name="Path">The keys and words that lead to it, each with a dot after it.</param>
internal sealed record ModelUse(INamesModel Word, string Name, string Path)
{
    private const string RunKey = "run";

    /// <summary>The path of the key that names it.</summary>
    public string Place => Path + Word.Named.Name;

    /// <summary>The path of the key that names the folder of its run.</summary>
    public string RunPlace => Path + RunKey;

    /// <summary>The folder of its run; null where it is missing.</summary>
    public string? Run { get; private init; }

    /// <summary>The key of the folder of the run that has the model's weights.</summary>
    /// <param name="what">What the model is.</param>
    public static TextParameter RunOf(string what) =>
        new(RunKey, $"the folder of the run that trained the {what}, relative to the one that the program runs in") { IsRequired = true };

    /// <summary>All of a recipe.</summary>
    public static IEnumerable<ModelUse> Of(RecipeSpec recipe) =>
        recipe is { Family: { } family, Arguments: { } arguments } ? In(family.RecipeParameters, arguments, "") : [];

    private static IEnumerable<ModelUse> In(IReadOnlyList<Parameter> parameters, Arguments arguments, string path) =>
        parameters.SelectMany(parameter =>
            (parameter.Form, arguments.Value(parameter)) switch
            {
                (GroupForm group, Arguments inner) => In(group.Parameters, inner, $"{path}{parameter.Name}."),
                (WordForm, IConfigured word) => In(word, $"{path}{parameter.Name}.{word.Definition.Word}."),
                _ => [],
            }
        );

    private static IEnumerable<ModelUse> In(IConfigured word, string path)
    {
        var inside = In(word.Definition.Parameters, word.Arguments, path);
        return word.Definition is INamesModel named && word.Arguments.TryGet(named.Named, out var name)
            ? inside.Prepend(new ModelUse(named, name, path) { Run = word.Arguments.Value(named.LoadedWith[0]) as string })
            : inside;
    }
}
