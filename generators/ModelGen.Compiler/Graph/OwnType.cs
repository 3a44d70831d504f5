using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A class of the user's own that a spec names.</summary>
/// <param name="Name">The class.</param>
/// <param name="Base">The class that it must extend, with its namespace.</param>
/// <param name="IsExposed">Whether it must be as accessible as the model.</param>
/// <param name="Origin">The layer that names it; <see cref="GraphError.Model"/> for a key of the model.</param>
/// <param name="Argument">Where it is named: an argument of the layer, or the path of a key.</param>
/// <param name="ArgumentCount">How many arguments its constructor gets.</param>
internal sealed record OwnType(string Name, string Base, bool IsExposed, int Origin, string Argument, int ArgumentCount)
{
    /// <summary>All of a spec.</summary>
    public static IEnumerable<OwnType> Of(ModelSpec spec) => In(spec.Family.Parameters, spec.Arguments, GraphError.Model, "");

    /// <summary>All of a recipe.</summary>
    public static IEnumerable<OwnType> Of(RecipeSpec recipe) =>
        recipe is { Family: { } family, Arguments: { } arguments } ? In(family.RecipeParameters, arguments, GraphError.Model, "") : [];

    private static IEnumerable<OwnType> In(IReadOnlyList<Parameter> parameters, Arguments arguments, int origin, string path) =>
        parameters.SelectMany(parameter =>
            (parameter.Form, arguments.Value(parameter)) switch
            {
                (TypeForm form, string name) =>
                [
                    new OwnType(name, form.Base, form.IsExposed, origin, path + parameter.Name, CountNumbers(parameters, arguments)),
                ],
                (GroupForm group, Arguments inner) => In(group.Parameters, inner, origin, $"{path}{parameter.Name}."),
                (WordForm, IConfigured word) => In(
                    word.Definition.Parameters,
                    word.Arguments,
                    origin,
                    $"{path}{parameter.Name}.{word.Definition.Word}."
                ),
                (LayersForm, EquatableArray<LayerSpec> layers) => layers.SelectMany(static layer =>
                    In(layer.Layer.Parameters, layer.Arguments, layer.Origin, "")
                ),
                _ => [],
            }
        );

    // What is beside the name of the class.
    private static int CountNumbers(IReadOnlyList<Parameter> parameters, Arguments arguments) =>
        parameters.OfType<NumbersParameter>().FirstOrDefault() is { } numbers ? arguments.Get(numbers).Count : 0;
}
