using System.Globalization;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Syntax to spec: the keys that every model has, then those of its family.</summary>
internal sealed class ModelBinder(DiagnosticBag diagnostics)
{
    private static readonly string[] BlockKeys = ["parameters", "layers"];

    private const int MaximumParameters = 64;

    /// <summary>The spec and the places of its layers; the spec is null when too much is wrong to check its shapes.</summary>
    public (ModelSpec? Spec, LayerPlaces Places) Bind(Node root)
    {
        if (root is not MapNode map)
        {
            diagnostics.Report(Rules.WrongType, root.Span, "the file", "a group of keys such as 'model: Name'", root.Description);
            return (null, LayerPlaces.None);
        }

        var before = diagnostics.Count;
        var family = BindFamily(map);
        var owner = family is null ? "a model" : $"a model of the family '{family.Word}'";
        var known = Keys(family is null ? Catalogue.Of<FamilyWord>() : [family]);
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key.Text)))
        {
            diagnostics.Report(Rules.UnknownKey, entry.Key.Span, Excerpt.Of(entry.Key.Text), owner, NearestWord.Hint(entry.Key.Text, known));
        }

        var name = BindName(map, known);
        var summary = map.Find(CommonKey.Description.Name) is { } text ? Text(CommonKey.Description, text.Value) : "";
        var constants = BindConstants(map);
        var blocks = BindBlocks(map, constants);

        var layers = new LayerBinder(diagnostics, new ValueBinder(diagnostics, constants), blocks);
        var own = map.Entries.Where(entry => family?.Parameters.Any(parameter => parameter.Name == entry.Key.Text) == true).ToList();
        var arguments = family is null ? null : layers.Arguments.BindPart(owner, "", family.Parameters, own, map.Find(CommonKey.Family.Name)?.Key.Span ?? root.Span).Arguments;

        // What failed to bind may have held the uses, so what is unused is told only when all else is well.
        var knowsUses = diagnostics.Count == before;
        foreach (var block in blocks.Values.Where(block => !block.IsUsed).ToList())
        {
            layers.Blocks.Check(block);
        }

        var knowsNames = diagnostics.Count == before;
        if (knowsUses)
        {
            foreach (var block in blocks.Values.Where(block => !block.IsUsed))
            {
                diagnostics.Report(Rules.UnusedBlock, block.Name.Span, block.Name.Text);
            }
        }

        if (knowsNames)
        {
            constants.ReportUnused(diagnostics);
            foreach (var parameter in blocks.Values.SelectMany(block => block.Parameters.Where(parameter => !block.ReadParameters.Contains(parameter.Name.Text))))
            {
                diagnostics.Report(Rules.UnusedConstant, parameter.Name.Span, parameter.Name.Text);
            }
        }

        var place = new LayerPlace(map.Find(CommonKey.Model.Name)?.Value.Span ?? root.Span, new EquatableArray<ArgumentPlace>(own.Select(entry => new ArgumentPlace(entry.Key.Text, entry.Value.Span))));
        var places = new LayerPlaces(place, new EquatableArray<LayerPlace>(layers.Places));

        // With mistakes about, what could be read still has its shapes checked; no code comes of it.
        return family is not null && arguments is not null ? (new ModelSpec(name ?? "", summary ?? "", family, arguments, IsComplete: diagnostics.Count == before), places) : (null, places);
    }

    private FamilyWord? BindFamily(MapNode map)
    {
        var families = Catalogue.Of<FamilyWord>();
        if (Find(map, CommonKey.Family, Keys(families)) is not { } entry)
        {
            diagnostics.Report(Rules.MissingKey, map.Span, "a model", CommonKey.Family.Name, CommonKey.Family.Type);
            return null;
        }

        if (entry.Value is not ScalarNode { IsQuoted: false } word)
        {
            diagnostics.Report(Rules.WrongType, entry.Value.Span, CommonKey.Family.Name, CommonKey.Family.Type, entry.Value.Description);
            return null;
        }

        if (families.FirstOrDefault(family => family.Word == word.Text) is { } known)
        {
            return known;
        }

        diagnostics.Report(Rules.UnknownWord, word.Span, Excerpt.Of(word.Text), "family", NearestWord.Hint(word.Text, families.Select(family => family.Word)));

        // The family meant, so that the other mistakes of the file show as well.
        return families.FirstOrDefault(family => family.Word == NearestWord.Find(word.Text, families.Select(candidate => candidate.Word)));
    }

    private static List<string> Keys(IReadOnlyList<FamilyWord> families) =>
        [.. CommonKey.All.Select(key => key.Name).Concat(families.SelectMany(family => family.Parameters.Select(parameter => parameter.Name))).Distinct()];

    // A misspelt key is reported as such, and stands for the one that is meant.
    private static Entry? Find(MapNode map, CommonKey key, IReadOnlyList<string> known) =>
        map.Find(key.Name) ?? map.Entries.FirstOrDefault(entry => !known.Contains(entry.Key.Text) && NearestWord.Find(entry.Key.Text, known) == key.Name);

    private string? BindName(MapNode map, IReadOnlyList<string> known)
    {
        if (Find(map, CommonKey.Model, known) is not { } entry)
        {
            diagnostics.Report(Rules.MissingKey, map.Span, "a model", CommonKey.Model.Name, CommonKey.Model.Summary);
            return null;
        }

        if (Text(CommonKey.Model, entry.Value) is not { } name)
        {
            return null;
        }

        if (WordRules.ClassProblem(name) is { } problem)
        {
            diagnostics.Report(Rules.InvalidName, entry.Value.Span, Excerpt.Of(name), "a model", problem);
            return null;
        }

        return name;
    }

    // A text holds no arithmetic, so it needs no names.
    private string? Text(CommonKey key, Node value) => new ValueBinder(diagnostics, new Constants(null)).Bind(new TextForm(), key.Name, value) as string;

    private Constants BindConstants(MapNode map)
    {
        var constants = new Constants(null);
        if (map.Find(CommonKey.Let.Name) is not { } entry || !IsMap(entry, CommonKey.Let, out var let))
        {
            return constants;
        }

        // Each constant may use those above it.
        var values = new ValueBinder(diagnostics, constants);
        foreach (var constant in let.Entries)
        {
            var value = values.Number($"let.{constant.Key.Text}", "a number", constant.Value);
            if (UsableWord.Check(diagnostics, constant.Key, "a constant"))
            {
                constants.Define(constant.Key, value);
            }
        }

        return constants;
    }

    private Dictionary<string, Block> BindBlocks(MapNode map, Constants constants)
    {
        var blocks = new Dictionary<string, Block>(StringComparer.Ordinal);
        if (map.Find(CommonKey.Blocks.Name) is not { } entry || !IsMap(entry, CommonKey.Blocks, out var definitions))
        {
            return blocks;
        }

        foreach (var definition in definitions.Entries)
        {
            if (!UsableWord.Check(diagnostics, definition.Key, "a block"))
            {
                continue;
            }

            if (Catalogue.Of<LayerWord>().Any(layer => layer.Word == definition.Key.Text))
            {
                diagnostics.Report(Rules.InvalidName, definition.Key.Span, definition.Key.Text, "a block", "it is already a layer");
                continue;
            }

            if (definition.Value is not MapNode body)
            {
                diagnostics.Report(Rules.WrongType, definition.Value.Span, $"blocks.{definition.Key.Text}", "a group with 'layers' and optional 'parameters'", definition.Value.Description);
                continue;
            }

            foreach (var extra in body.Entries.Where(candidate => !BlockKeys.Contains(candidate.Key.Text)))
            {
                diagnostics.Report(Rules.UnknownKey, extra.Key.Span, Excerpt.Of(extra.Key.Text), $"the block '{definition.Key.Text}'", NearestWord.Hint(extra.Key.Text, BlockKeys));
            }

            if (body.Find("layers") is { } layers)
            {
                blocks.Add(definition.Key.Text, new Block(definition.Key, BindParameters(definition.Key.Text, body, constants), layers.Value));
            }
            else
            {
                diagnostics.Report(Rules.MissingKey, definition.Key.Span, $"the block '{definition.Key.Text}'", "layers", "the layers it stands for");
            }
        }

        return blocks;
    }

    private List<BlockParameter> BindParameters(string block, MapNode body, Constants constants)
    {
        var parameters = new List<BlockParameter>();
        if (body.Find("parameters") is not { } entry)
        {
            return parameters;
        }

        if (entry.Value is not ListNode { Items.Count: > 0 and <= MaximumParameters } list)
        {
            var found = entry.Value is ListNode other ? $"a list of {other.Items.Count.ToString(CultureInfo.InvariantCulture)}" : entry.Value.Description;
            diagnostics.Report(Rules.WrongType, entry.Value.Span, $"{block}.parameters", $"a list of up to {MaximumParameters.ToString(CultureInfo.InvariantCulture)} names such as [width, expansion: 4]", found);
            return parameters;
        }

        var values = new ValueBinder(diagnostics, constants);
        foreach (var item in list.Items)
        {
            var (key, value) = item switch
            {
                ScalarNode { IsQuoted: false } scalar => (scalar, null),
                MapNode { Entries.Count: > 0 } map => (map.Entries[0].Key, map.Entries[0].Value),
                _ => (null, (Node?)null),
            };
            foreach (var extra in item is MapNode group ? group.Entries.Skip(1) : [])
            {
                diagnostics.Report(Rules.UnknownKey, extra.Key.Span, Excerpt.Of(extra.Key.Text), $"a parameter of '{block}'", "; each parameter is a list entry of its own");
            }

            if (key is null)
            {
                diagnostics.Report(Rules.WrongType, item.Span, $"{block}.parameters", "a name, or a name with its default", item.Description);
            }
            else if (parameters.Any(parameter => parameter.Name.Text == key.Text))
            {
                diagnostics.Report(Rules.InvalidName, key.Span, key.Text, "a parameter", "another parameter has it already");
            }
            else if (UsableWord.Check(diagnostics, key, "a parameter"))
            {
                if (constants.Contains(key.Text))
                {
                    diagnostics.Report(Rules.InvalidName, key.Span, key.Text, "a parameter", "a constant has it already");
                }

                parameters.Add(new BlockParameter(key, value is not null, value is null ? null : values.Number($"{block}.{key.Text}", "a number", value)));
            }
        }

        return parameters;
    }

    private bool IsMap(Entry entry, CommonKey key, out MapNode map)
    {
        map = (entry.Value as MapNode)!;
        if (map is null)
        {
            diagnostics.Report(Rules.WrongType, entry.Value.Span, key.Name, key.Type, entry.Value.Description);
        }
        else if (map.Entries.Count == 0)
        {
            diagnostics.Report(Rules.EmptyList, entry.Value.Span, key.Name);
        }

        return map is not null;
    }
}
