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
    /// <summary>The most parameters of a block.</summary>
    public const int MaximumParameters = 64;

    private static readonly string[] BlockKeys = ["parameters", "layers"];

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
        _file.ReportUnknown(map, known, owner, family?.Parameters ?? []);

        var name = _file.BindName(map, CommonKey.Model, known);
        var summary = _file.BindOptional(map, CommonKey.Description);
        var allowed = BindAllowed(map);
        var constants = _file.BindConstants(map);
        var blocks = BindBlocks(map, constants);

        var layers = new LayerBinder(diagnostics, new ValueBinder(diagnostics, constants), blocks);
        var own = map.Entries.Where(entry => family?.Parameters.Any(parameter => parameter.Name == entry.Key.Text) == true).ToList();
        var arguments = family is null
            ? null
            : layers
                .Arguments.BindPart(
                    owner,
                    "",
                    family.Parameters,
                    own,
                    map.Find(CommonKey.Family.Name)?.Key.Span ?? root.Span,
                    map.Entries.Select(static entry => entry.Key.Text).Except(known)
                )
                .Arguments;

        // What failed to bind may contain the uses: then only what is mentioned nowhere is reported as unused.
        var isRead = diagnostics.Count == before;
        var unused = (isRead ? blocks.Values : Unmentioned(map, blocks)).Where(static block => !block.IsUsed).ToList();
        foreach (var block in blocks.Values.Where(static block => !block.IsUsed).ToList())
        {
            layers.Blocks.Check(block);
        }

        isRead = diagnostics.Count == before;
        foreach (var block in unused)
        {
            diagnostics.Report(Rules.UnusedBlock, block.Name.Span, block.Name.Text);
        }

        constants.ReportUnused(diagnostics, isRead ? null : new WrittenNames([map]));
        foreach (var block in blocks.Values)
        {
            var written = isRead ? null : new WrittenNames([block.Layers]);
            foreach (
                var parameter in block.Parameters.Where(parameter =>
                    !block.ReadParameters.Contains(parameter.Name.Text)
                    && written?.MayUse(parameter.Name.Text, name => constants.Contains(name) || block.Has(name)) != true
                )
            )
            {
                diagnostics.Report(Rules.UnusedConstant, parameter.Name.Span, parameter.Name.Text);
            }
        }

        var place = new LayerPlace(
            map.Find(CommonKey.Model.Name)?.Value.Span ?? root.Span,
            new EquatableArray<ArgumentPlace>(
                FileBinder.Places(own).Concat(allowed.Select(static id => new ArgumentPlace($"{CommonKey.Allow.Name}.{id.Text}", id.Span)))
            )
        );
        var places = new SourceMap(place, new EquatableArray<LayerPlace>(layers.Places));

        // After mistakes, the shapes of what could be read are still checked, but no code is generated.
        return family is not null && arguments is not null
            ? (
                new ModelSpec(name ?? "", summary, family, arguments, IsComplete: diagnostics.Count == before)
                {
                    Allowed = new EquatableArray<string>(allowed.Select(static id => id.Text)),
                },
                places
            )
            : (null, places);
    }

    // The blocks that nothing outside the names of blocks mentions.
    private static IEnumerable<Block> Unmentioned(MapNode map, IReadOnlyDictionary<string, Block> blocks)
    {
        var written = new WrittenNames([
            .. map.Entries.Where(static entry => entry.Key.Text != CommonKey.Blocks.Name).Select(static entry => entry.Value),
            .. blocks.Values.Select(static block => block.Layers),
        ]);
        var known = new HashSet<string>(
            blocks.Keys.Concat(Catalogue.Of<Definition>().Select(static word => word.Word)),
            StringComparer.Ordinal
        );
        return blocks.Values.Where(block => !written.MayUseWord(block.Name.Text, known.Contains));
    }

    private List<ScalarNode> BindAllowed(MapNode map)
    {
        var allowed = new List<ScalarNode>();
        if (map.Find(CommonKey.Allow.Name) is not { } entry)
        {
            return allowed;
        }

        if (entry.Value is not ListNode list)
        {
            diagnostics.Report(Rules.WrongType, entry.Value.Span, CommonKey.Allow.Name, CommonKey.Allow.Type, entry.Value.Description);
            return allowed;
        }

        if (list.Items.Count == 0)
        {
            diagnostics.Report(Rules.EmptyList, list.Span, CommonKey.Allow.Name);
        }

        var warnings = Rules.All.Where(static rule => rule.IsWarning).Select(static rule => rule.Id).ToList();
        foreach (var item in list.Items)
        {
            if (item is not ScalarNode id)
            {
                diagnostics.Report(Rules.WrongType, item.Span, CommonKey.Allow.Name, "the number of a warning", item.Description);
            }
            else if (!warnings.Contains(id.Text))
            {
                var isMistake = Rules.All.Any(rule => rule.Id == id.Text);
                diagnostics.Report(
                    Rules.UnknownWord,
                    id.Span,
                    Excerpt.Of(id.Text),
                    isMistake ? "a warning but a mistake, which cannot be allowed" : "the number of a warning",
                    isMistake ? "" : NearestWord.Hint(id.Text, warnings)
                );
            }
            else if (allowed.FirstOrDefault(known => known.Text == id.Text) is { } first)
            {
                diagnostics.Report(Rules.DuplicateKey, id.Span, id.Text, first.Span.Line.ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                allowed.Add(id);
            }
        }

        return allowed;
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
