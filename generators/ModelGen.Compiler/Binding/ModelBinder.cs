using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Binding;

/// <summary>Syntax to spec: the keys that every model has, then those of its family.</summary>
internal sealed class ModelBinder(DiagnosticBag diagnostics)
{
    private static readonly TextParameter Text = new("text", "free text");

    private static readonly string[] BlockKeys = ["parameters", "layers"];

    /// <summary>The spec and the places of its layers; the spec is null when too much is wrong to check its shapes.</summary>
    public (ModelSpec? Spec, LayerPlaces Places) Bind(Node root)
    {
        var nowhere = new LayerPlaces(SourceSpan.FileStart, default);
        if (root is not MapNode map)
        {
            diagnostics.Report(Rules.WrongType, root.Span, "the file", "a group of keys such as 'model: Name'", root.Description);
            return (null, nowhere);
        }

        var before = diagnostics.Count;
        var family = BindFamily(map);
        var common = CommonKey.All.Select(key => key.Name).ToList();
        var known = common.Concat(family?.Parameters.Select(parameter => parameter.Name) ?? []).ToList();
        if (family is not null)
        {
            foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key.Text)))
            {
                diagnostics.Report(Rules.UnknownKey, entry.Key.Span, entry.Key.Text, $"a model of the family '{family.Word}'", NearestWord.Hint(entry.Key.Text, known));
            }
        }

        var start = new Binder(diagnostics, new Constants(null), new Dictionary<string, Block>());
        var name = BindName(start, map, known);
        var summary = map.Find(CommonKey.Description.Name) is { } text ? Text.Bind(start, CommonKey.Description.Name, text.Value) as string : "";
        var constants = BindConstants(map);
        var blocks = BindBlocks(map, constants);

        var binder = new Binder(diagnostics, constants, blocks);
        var own = map.Entries.Where(entry => family?.Parameters.Any(parameter => parameter.Name == entry.Key.Text) == true).ToList();
        var arguments = family is null ? null : binder.PartialArguments($"'{family.Word}'", family.Parameters, own, map.Find(CommonKey.Family.Name)?.Key.Span ?? root.Span).Arguments;

        // What failed to bind may have held the uses, so these are told only when all else is well.
        if (diagnostics.Count == before)
        {
            constants.ReportUnused(diagnostics);
            foreach (var block in blocks.Values)
            {
                if (!block.IsUsed)
                {
                    diagnostics.Report(Rules.UnusedBlock, block.Name.Span, block.Name.Text);
                }

                foreach (var parameter in block.Parameters.Where(parameter => block.IsUsed && !block.ReadParameters.Contains(parameter.Name.Text)))
                {
                    diagnostics.Report(Rules.UnusedConstant, parameter.Name.Span, parameter.Name.Text);
                }
            }
        }

        var place = map.Find(CommonKey.Model.Name)?.Value.Span ?? root.Span;
        var places = new LayerPlaces(place, new EquatableArray<LayerPlace>(binder.Places));

        // With mistakes about, what could be read still has its shapes checked; no code comes of it.
        return family is not null && arguments is not null ? (new ModelSpec(name ?? "", summary ?? "", family, arguments), places) : (null, places);
    }

    private Family? BindFamily(MapNode map)
    {
        var families = Catalogue.Of<Family>();
        if (map.Find(CommonKey.Family.Name) is not { } entry)
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

        diagnostics.Report(Rules.UnknownWord, word.Span, word.Text, "family", NearestWord.Hint(word.Text, families.Select(family => family.Word)));

        // The family meant, so that the other mistakes of the file show as well.
        return families.FirstOrDefault(family => family.Word == NearestWord.Find(word.Text, families.Select(candidate => candidate.Word)));
    }

    private string? BindName(Binder binder, MapNode map, IReadOnlyList<string> known)
    {
        if (map.Find(CommonKey.Model.Name) is not { } entry)
        {
            // "modle: X" is reported as a misspelt key.
            if (!map.Entries.Any(other => !known.Contains(other.Key.Text) && NearestWord.Find(other.Key.Text, known) == CommonKey.Model.Name))
            {
                diagnostics.Report(Rules.MissingKey, map.Span, "a model", CommonKey.Model.Name, CommonKey.Model.Summary);
            }

            return null;
        }

        if (Text.Bind(binder, CommonKey.Model.Name, entry.Value) is not string name)
        {
            return null;
        }

        if (CSharp.Names.ClassProblem(name) is { } problem)
        {
            diagnostics.Report(Rules.InvalidName, entry.Value.Span, name, "a model", problem);
            return null;
        }

        return name;
    }

    private Constants BindConstants(MapNode map)
    {
        var constants = new Constants(null);
        if (map.Find(CommonKey.Let.Name) is not { } entry || !IsMap(entry, CommonKey.Let, out var let))
        {
            return constants;
        }

        // Each constant may use those above it.
        var binder = new Binder(diagnostics, constants, new Dictionary<string, Block>());
        foreach (var constant in let.Entries)
        {
            var value = binder.Number($"let.{constant.Key.Text}", "a number", constant.Value);
            if (IsUsableWord(constant.Key, "a constant"))
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
            if (!IsUsableWord(definition.Key, "a block"))
            {
                continue;
            }

            if (Catalogue.Of<Layer>().Any(layer => layer.Word == definition.Key.Text))
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
                diagnostics.Report(Rules.UnknownKey, extra.Key.Span, extra.Key.Text, $"the block '{definition.Key.Text}'", NearestWord.Hint(extra.Key.Text, BlockKeys));
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

        if (entry.Value is not ListNode { Items.Count: > 0 } list)
        {
            diagnostics.Report(Rules.WrongType, entry.Value.Span, $"{block}.parameters", "a list such as [width, expansion: 4]", entry.Value is ListNode ? "an empty list" : entry.Value.Description);
            return parameters;
        }

        foreach (var item in list.Items)
        {
            var (key, value) = item switch
            {
                ScalarNode { IsQuoted: false } scalar => (scalar, null),
                MapNode { Entries.Count: 1 } map when map.Entries[0].Value is ScalarNode fallback => (map.Entries[0].Key, fallback),
                _ => (null, (ScalarNode?)null),
            };
            if (key is null)
            {
                diagnostics.Report(Rules.WrongType, item.Span, $"{block}.parameters", "a name, or a name with its default", item.Description);
            }
            else if (constants.Contains(key.Text) || parameters.Any(parameter => parameter.Name.Text == key.Text))
            {
                diagnostics.Report(Rules.InvalidName, key.Span, key.Text, "a parameter", "the name is already taken");
            }
            else if (IsUsableWord(key, "a parameter"))
            {
                parameters.Add(new BlockParameter(key, value));
            }
        }

        return parameters;
    }

    private bool IsUsableWord(ScalarNode key, string what)
    {
        if (CSharp.Names.WordProblem(key.Text) is not { } problem)
        {
            return true;
        }

        diagnostics.Report(Rules.InvalidName, key.Span, key.Text, what, problem);
        return false;
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
