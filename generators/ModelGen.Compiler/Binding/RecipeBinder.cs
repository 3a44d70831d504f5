using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Binds syntax to a recipe: the keys that every recipe has, then those that its model's family lets it set.</summary>
internal sealed class RecipeBinder(DiagnosticBag diagnostics)
{
    private readonly FileBinder _file = new(diagnostics, "a recipe");

    /// <summary>The recipe and the places of its keys; the recipe is null when nothing of it can be read.</summary>
    /// <param name="root">The root of what was written.</param>
    /// <param name="family">The family of the model; null where it is unknown, so that only what all recipes share is read.</param>
    public (RecipeSpec? Spec, SourceMap Places) Bind(Node root, FamilyWord? family)
    {
        if (root is not MapNode map)
        {
            diagnostics.Report(Rules.WrongType, root.Span, "the file", "a group of keys such as 'run: Name'", root.Description);
            return (null, SourceMap.None);
        }

        var before = diagnostics.Count;
        var parameters = family?.RecipeParameters
            ??
            [
                .. Catalogue
                    .Of<FamilyWord>()
                    .SelectMany(static each => each.RecipeParameters)
                    .GroupBy(static parameter => parameter.Name)
                    .Select(static same => same.First()),
            ];
        IReadOnlyList<string> known =
        [
            .. RecipeKey.All.Select(static key => key.Name).Concat(parameters.Select(static parameter => parameter.Name)),
        ];
        var owner = family is null ? "a recipe" : $"a recipe for a model of the family '{family.Word}'";
        _file.ReportUnknown(map, known, owner, parameters);

        var name = _file.BindName(map, RecipeKey.Run, known);
        var model = _file.BindRequired(map, RecipeKey.Model, known);
        var summary = _file.BindOptional(map, CommonKey.Description);
        var constants = _file.BindConstants(map);
        var own = map.Entries.Where(entry => parameters.Any(parameter => parameter.Name == entry.Key.Text)).ToList();
        var head = map.Find(RecipeKey.Run.Name);
        var values = new ValueBinder(diagnostics, constants);
        var arguments = new LayerBinder(diagnostics, values, new Dictionary<string, Block>()) { Arguments = { IsRecipe = true } }.Arguments;
        var bound = family is null ? null : arguments.BindPart(owner, "", parameters, own, head?.Key.Span ?? map.Span).Arguments;
        if (family is null)
        {
            ReportMissing(parameters, own, head?.Key.Span ?? map.Span);
        }
        else
        {
            constants.ReportUnused(diagnostics, diagnostics.Count == before ? null : new WrittenNames([map]));
        }

        var places = FileBinder.Places(own).ToList();
        if (FileBinder.Find(map, RecipeKey.Model, known) is { } named)
        {
            places.Add(new ArgumentPlace(RecipeKey.Model.Name, named.Value.Span));
        }

        var place = new LayerPlace(head?.Value.Span ?? map.Span, new EquatableArray<ArgumentPlace>(places));
        return (
            new RecipeSpec(name ?? "", model ?? "", summary, family, bound, IsComplete: diagnostics.Count == before),
            new SourceMap(place, default)
        );
    }

    // Keys that every recipe requires are missing whatever the family is.
    private void ReportMissing(IReadOnlyList<Parameter> parameters, IReadOnlyList<Entry> own, SourceSpan place)
    {
        foreach (
            var missing in parameters.Where(parameter =>
                parameter.Recipe == RecipeUse.Required && own.All(entry => entry.Key.Text != parameter.Name)
            )
        )
        {
            diagnostics.Report(Rules.MissingKey, place, "a recipe", missing.Name, missing.Summary);
        }
    }
}
