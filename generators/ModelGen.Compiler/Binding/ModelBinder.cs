using System.Globalization;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Binds syntax to a spec: the keys that every model has, then those of its family.</summary>
internal sealed class ModelBinder(DiagnosticBag diagnostics)
{
    private static readonly string[] BlockKeys = ["parameters", "layers"];

    private const int MaximumParameters = 64;

    private readonly FileBinder _file = new(diagnostics, "a model");

    /// <summary>The spec and the places of its layers; the spec is null when too much is wrong to check its shapes.</summary>
    public (ModelSpec? Spec, SourceMap Places) Bind(Node root)
    {
        if (root is not MapNode map)
        {
            diagnostics.Report(Rules.WrongType, root.Span, "the file", "a group of keys such as 'model: Name'", root.Description);
            return (null, SourceMap.None);
        }

        var before = diagnostics.Count;
        var family = BindFamily(map);
        var owner = family is null ? "a model" : $"a model of the family '{family.Word}'";
        var known = Keys(family is null ? Catalogue.Of<FamilyWord>() : [family]);
        _file.ReportUnknown(map, known, owner);

        var name = _file.BindName(map, CommonKey.Model, known);
        var summary = _file.BindOptional(map, CommonKey.Description);
        var constants = _file.BindConstants(map);
        var blocks = BindBlocks(map, constants);

        var layers = new LayerBinder(diagnostics, new ValueBinder(diagnostics, constants), blocks);
        var own = map.Entries.Where(entry => family?.Parameters.Any(parameter => parameter.Name == entry.Key.Text) == true).ToList();
        var arguments = family is null
            ? null
            : layers
                .Arguments.BindPart(owner, "", family.Parameters, own, map.Find(CommonKey.Family.Name)?.Key.Span ?? root.Span)
                .Arguments;

        // What failed to bind may contain the uses, so unused items are reported only when there are no other mistakes.
        var knowsUses = diagnostics.Count == before;
        foreach (var block in blocks.Values.Where(static block => !block.IsUsed).ToList())
        {
            layers.Blocks.Check(block);
        }

        var knowsNames = diagnostics.Count == before;
        if (knowsUses)
        {
            foreach (var block in blocks.Values.Where(static block => !block.IsUsed))
            {
                diagnostics.Report(Rules.UnusedBlock, block.Name.Span, block.Name.Text);
            }
        }

        if (knowsNames)
        {
            constants.ReportUnused(diagnostics);
            foreach (
                var parameter in blocks.Values.SelectMany(static block =>
                    block.Parameters.Where(parameter => !block.ReadParameters.Contains(parameter.Name.Text))
                )
            )
            {
                diagnostics.Report(Rules.UnusedConstant, parameter.Name.Span, parameter.Name.Text);
            }
        }

        var place = new LayerPlace(
            map.Find(CommonKey.Model.Name)?.Value.Span ?? root.Span,
            new EquatableArray<ArgumentPlace>(FileBinder.Places(own))
        );
        var places = new SourceMap(place, new EquatableArray<LayerPlace>(layers.Places));

        // After mistakes, the shapes of what could be read are still checked, but no code is generated.
        return family is not null && arguments is not null
            ? (new ModelSpec(name ?? "", summary, family, arguments, IsComplete: diagnostics.Count == before), places)
            : (null, places);
    }

    private FamilyWord? BindFamily(MapNode map)
    {
        var families = Catalogue.Of<FamilyWord>();
        if (FileBinder.Find(map, CommonKey.Family, Keys(families)) is not { } entry)
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

        diagnostics.Report(
            Rules.UnknownWord,
            word.Span,
            Excerpt.Of(word.Text),
            "a family",
            NearestWord.Hint(word.Text, families.Select(static family => family.Word))
        );

        // The family that was probably meant, so that the other mistakes in the file are reported too.
        return families.FirstOrDefault(family =>
            family.Word == NearestWord.Find(word.Text, families.Select(static candidate => candidate.Word))
        );
    }

    private static List<string> Keys(IReadOnlyList<FamilyWord> families) =>
        [
            .. CommonKey
                .All.Select(static key => key.Name)
                .Concat(families.SelectMany(static family => family.Parameters.Select(static parameter => parameter.Name)))
                .Distinct(),
        ];

    private Dictionary<string, Block> BindBlocks(MapNode map, Constants constants)
    {
        var blocks = new Dictionary<string, Block>(StringComparer.Ordinal);
        if (map.Find(CommonKey.Blocks.Name) is not { } entry || !_file.IsMap(entry, CommonKey.Blocks, out var definitions))
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
                diagnostics.Report(
                    Rules.WrongType,
                    definition.Value.Span,
                    $"blocks.{definition.Key.Text}",
                    "a group with 'layers' and optional 'parameters'",
                    definition.Value.Description
                );
                continue;
            }

            foreach (var extra in body.Entries.Where(static candidate => !BlockKeys.Contains(candidate.Key.Text)))
            {
                diagnostics.Report(
                    Rules.UnknownKey,
                    extra.Key.Span,
                    Excerpt.Of(extra.Key.Text),
                    $"the block '{definition.Key.Text}'",
                    NearestWord.Hint(extra.Key.Text, BlockKeys)
                );
            }

            if (body.Find("layers") is { } layers)
            {
                blocks.Add(
                    definition.Key.Text,
                    new Block(definition.Key, BindParameters(definition.Key.Text, body, constants), layers.Value)
                );
            }
            else
            {
                diagnostics.Report(
                    Rules.MissingKey,
                    definition.Key.Span,
                    $"the block '{definition.Key.Text}'",
                    "layers",
                    "the layers it stands for"
                );
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
            var found = entry.Value is ListNode other
                ? $"a list of {other.Items.Count.ToString(CultureInfo.InvariantCulture)}"
                : entry.Value.Description;
            diagnostics.Report(
                Rules.WrongType,
                entry.Value.Span,
                $"{block}.parameters",
                $"a list of up to {MaximumParameters.ToString(CultureInfo.InvariantCulture)} names such as [width, expansion: 4]",
                found
            );
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
                diagnostics.Report(
                    Rules.UnknownKey,
                    extra.Key.Span,
                    Excerpt.Of(extra.Key.Text),
                    $"a parameter of '{block}'",
                    "; each parameter is a separate list entry"
                );
            }

            if (key is null)
            {
                diagnostics.Report(
                    Rules.WrongType,
                    item.Span,
                    $"{block}.parameters",
                    "a name, or a name with its default",
                    item.Description
                );
            }
            else if (parameters.Any(parameter => parameter.Name.Text == key.Text))
            {
                diagnostics.Report(Rules.InvalidName, key.Span, key.Text, "a parameter", "another parameter already has this name");
            }
            else if (UsableWord.Check(diagnostics, key, "a parameter"))
            {
                if (constants.Contains(key.Text))
                {
                    diagnostics.Report(Rules.InvalidName, key.Span, key.Text, "a parameter", "a constant already has this name");
                }

                parameters.Add(
                    new BlockParameter(
                        key,
                        value is not null,
                        value is null ? null : values.Number($"{block}.{key.Text}", "a number", value)
                    )
                );
            }
        }

        return parameters;
    }
}
