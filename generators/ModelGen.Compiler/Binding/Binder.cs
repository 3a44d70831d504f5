using System.Globalization;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Layers;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Turns what was written into values of the language: one mechanism for every word, group and layer.</summary>
internal sealed class Binder(DiagnosticBag diagnostics, Constants constants, IReadOnlyDictionary<string, Block> blocks)
{
    private const int MaximumLayers = 20_000;
    private const int MaximumDepth = 64;
    private const int MaximumKeys = 50_000;

    private static readonly string[] ConnectionKeys = ["as", "from"];

    private readonly Dictionary<Node, int> _origins = [];
    private readonly List<LayerPlace> _places = [];
    private readonly Stack<(Block Block, int Line)> _open = new();
    private Constants _constants = constants;
    private int _layerCount;
    private int _keyCount;
    private int _depth;

    public DiagnosticBag Diagnostics { get; } = diagnostics;

    /// <summary>The places of the layers bound so far, by origin.</summary>
    public IReadOnlyList<LayerPlace> Places => _places;

    /// <summary>The number that a scalar gives, or null after reporting.</summary>
    public double? Number(string path, string type, Node node)
    {
        if (node is ScalarNode { IsQuoted: false } scalar && Expression.IsArithmetic(scalar.Text))
        {
            return Expression.Evaluate(scalar, _constants, Diagnostics);
        }

        Diagnostics.Report(Rules.WrongType, node.Span, path, type, node.Description);
        return null;
    }

    /// <summary>Reads <c>word</c>, <c>word: main</c> or <c>word: { … }</c> where one of <paramref name="words"/> is wanted.</summary>
    public Configured<T>? Word<T>(string path, Node node, IReadOnlyList<T> words)
        where T : Definition
    {
        ScalarNode key;
        Node? value = null;
        switch (node)
        {
            case ScalarNode { IsEmpty: false, IsQuoted: false } scalar:
                key = scalar;
                break;
            case MapNode { Entries.Count: > 0 } map:
                var head = map.Entries.FirstOrDefault(entry => words.Any(word => word.Word == entry.Key.Text)) ?? map.Entries[0];
                (key, value) = (head.Key, head.Value);
                foreach (var extra in map.Entries.Where(entry => entry != head))
                {
                    Diagnostics.Report(Rules.UnknownKey, extra.Key.Span, Excerpt.Of(extra.Key.Text), $"'{path}'", $"; it takes one word, here '{Excerpt.Of(key.Text)}'");
                }

                break;
            default:
                Diagnostics.Report(Rules.WrongType, node.Span, path, $"one of {string.Join(", ", words.Select(word => word.Word))}", node.Description);
                return null;
        }

        var definition = words.FirstOrDefault(word => word.Word == key.Text);
        if (definition is null)
        {
            var kind = words.Count > 0 ? words[0].Kind : "word";
            Diagnostics.Report(Rules.UnknownWord, key.Span, Excerpt.Of(key.Text), kind, NearestWord.Hint(key.Text, words.Select(word => word.Word)));
            return null;
        }

        if (Arguments(key.Text, definition.Parameters, Entries(definition, value), key.Span) is not { } arguments)
        {
            return null;
        }

        if (definition.Conflict(arguments) is { } conflict)
        {
            Diagnostics.Report(Rules.Conflict, node.Span, conflict);
            return null;
        }

        return new Configured<T>(definition, arguments);
    }

    /// <summary>Reads the keys of a word or group: each is a parameter, each required parameter is there.</summary>
    public Arguments? Arguments(string word, IReadOnlyList<Parameter> parameters, IReadOnlyList<Entry>? entries, SourceSpan place) =>
        entries is not null && PartialArguments($"'{word}'", word + ".", parameters, entries, place) is (var arguments, true) ? arguments : null;

    /// <summary>Like <see cref="Arguments"/>, but with what could be read even where something could not.</summary>
    /// <param name="owner">What the keys belong to, in messages.</param>
    /// <param name="prefix">What messages put before the name of a key.</param>
    /// <param name="parameters">The keys that there are.</param>
    /// <param name="entries">The keys that are given.</param>
    /// <param name="place">Where a missing key is reported.</param>
    public (Arguments Arguments, bool IsComplete) PartialArguments(string owner, string prefix, IReadOnlyList<Parameter> parameters, IReadOnlyList<Entry> entries, SourceSpan place)
    {
        var complete = true;

        // A file is not that long, but a block of a thousand keys may be used a thousand times.
        _keyCount += entries.Count;
        if (_keyCount > MaximumKeys)
        {
            Diagnostics.Report(Rules.TooLarge, place, owner, $"the file has more than {MaximumKeys.ToString("N0", CultureInfo.InvariantCulture)} keys once blocks are in place");
            return (Language.Arguments.Of(parameters, new Dictionary<Parameter, object?>()), false);
        }

        var values = new Dictionary<Parameter, object?>();
        foreach (var entry in entries)
        {
            var parameter = parameters.FirstOrDefault(candidate => candidate.Name == entry.Key.Text);
            if (parameter is null)
            {
                var hint = ConnectionKeys.Contains(entry.Key.Text)
                    ? $"; it stands beside the word, not inside its braces"
                    : parameters.Count == 0 ? "; it takes none" : NearestWord.Hint(entry.Key.Text, parameters.Select(candidate => candidate.Name));
                Diagnostics.Report(Rules.UnknownKey, entry.Key.Span, Excerpt.Of(entry.Key.Text), owner, hint);
                continue;
            }

            values[parameter] = parameter.Bind(this, prefix + parameter.Name, entry.Value);
            complete &= values[parameter] is not null;
        }

        foreach (var missing in parameters.Where(parameter => parameter.IsRequired && !values.ContainsKey(parameter)))
        {
            complete = false;

            // A misspelt key is reported as such; that it is also missing says nothing new.
            if (!entries.Any(entry => NearestWord.Find(entry.Key.Text, parameters.Select(candidate => candidate.Name)) == missing.Name))
            {
                Diagnostics.Report(Rules.MissingKey, place, owner, missing.Name, missing.Summary);
            }
        }

        return (Language.Arguments.Of(parameters, values), complete);
    }

    /// <summary>Reads a list of layers.</summary>
    public object? Layers(string path, Node node)
    {
        if (node is not ListNode list)
        {
            Diagnostics.Report(Rules.WrongType, node.Span, path, "a list of layers", node.Description);
            return null;
        }

        if (list.Items.Count == 0)
        {
            Diagnostics.Report(Rules.EmptyList, list.Span, path);
            return null;
        }

        // Every later stage follows the nesting by recursion.
        if (_depth >= MaximumDepth)
        {
            Diagnostics.Report(Rules.TooDeep, list.Span, MaximumDepth.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        _depth++;
        var layers = new List<LayerSpec>();
        foreach (var item in list.Items)
        {
            if (++_layerCount > MaximumLayers)
            {
                if (_layerCount == MaximumLayers + 1)
                {
                    Diagnostics.Report(Rules.TooLarge, item.Span, $"'{path}'", $"it has more than {MaximumLayers.ToString("N0", CultureInfo.InvariantCulture)} layers once blocks are in place");
                }

                layers.Add(UnknownLayer.Spec);
                break;
            }

            layers.Add((item is UnreadNode ? null : Layer(path, item)) ?? UnknownLayer.Spec);
        }

        _depth--;
        return new EquatableArray<LayerSpec>(layers);
    }

    private LayerSpec? Layer(string path, Node node)
    {
        var entries = node switch
        {
            ScalarNode { IsEmpty: false, IsQuoted: false } word => [new Entry(word, new ScalarNode(word.Span, "", isQuoted: false))],
            MapNode { Entries.Count: > 0 } map => map.Entries,
            _ => null,
        };
        if (entries is null)
        {
            Diagnostics.Report(Rules.WrongType, node.Span, path, "a layer: a word, or a word with its arguments", node.Description);
            return null;
        }

        var words = Catalogue.Of<Layer>();
        var head = entries.FirstOrDefault(entry => words.Any(word => word.Word == entry.Key.Text) || blocks.ContainsKey(entry.Key.Text))
            ?? entries.FirstOrDefault(entry => !ConnectionKeys.Contains(entry.Key.Text));
        if (head is null)
        {
            Diagnostics.Report(Rules.WrongType, node.Span, path, "a layer: a word, or a word with its arguments", $"'{entries[0].Key.Text}' without a word");
            return null;
        }

        var layer = words.FirstOrDefault(word => word.Word == head.Key.Text);
        var block = layer is null && blocks.TryGetValue(head.Key.Text, out var found) ? found : null;
        if (layer is null && block is null)
        {
            Diagnostics.Report(Rules.UnknownWord, head.Key.Span, Excerpt.Of(head.Key.Text), "layer or block", NearestWord.Hint(head.Key.Text, words.Select(word => word.Word).Concat(blocks.Keys)));
            return null;
        }

        var (name, from, isConnected) = Connections(entries);
        var beside = (layer ?? BlockLayer.Instance).Parameters.Where(parameter => parameter.IsBeside).Select(parameter => parameter.Name).ToList();
        foreach (var entry in entries.Where(entry => entry != head && !ConnectionKeys.Contains(entry.Key.Text) && !beside.Contains(entry.Key.Text)))
        {
            var hint = words.Any(word => word.Word == entry.Key.Text) || blocks.ContainsKey(entry.Key.Text)
                ? "; each layer is a list entry of its own"
                : layer?.Parameters.Any(parameter => parameter.Name == entry.Key.Text) == true
                    ? $"; it stands inside the braces, as in {layer.Word}: {{ {entry.Key.Text}: … }}"
                    : NearestWord.Hint(entry.Key.Text, ConnectionKeys.Concat(beside));
            Diagnostics.Report(Rules.UnknownKey, entry.Key.Span, Excerpt.Of(entry.Key.Text), $"'{head.Key.Text}'", hint);
        }

        if (!_origins.TryGetValue(node, out var origin))
        {
            origin = _places.Count;
            _origins.Add(node, origin);
            _places.Add(Place(node, head, entries, layer));
        }

        if (block is not null)
        {
            return BlockUse(origin, block, head, entries, name, from) is { } use && isConnected ? use : null;
        }

        var inner = Entries(layer!, head.Value);
        var all = inner?.Concat(entries.Where(entry => beside.Contains(entry.Key.Text))).ToList();
        return Arguments(layer!.Word, layer.Parameters, all, head.Key.Span) is { } arguments && isConnected
            ? new LayerSpec(origin, layer, arguments, name, from)
            : null;
    }

    // The keys inside a word's braces; a value that is no group is the main argument.
    private IReadOnlyList<Entry>? Entries(Definition definition, Node? value)
    {
        switch (value)
        {
            case null or ScalarNode { IsEmpty: true }:
                return [];
            case MapNode map:
                return map.Entries;
            default:
                if (definition.Main is { } main)
                {
                    return [new Entry(new ScalarNode(value.Span, main.Name, isQuoted: false), value)];
                }

                Diagnostics.Report(Rules.WrongType, value.Span, definition.Word, definition.Parameters.Count == 0 ? "no argument" : "its arguments in braces", value.Description);
                return null;
        }
    }

    private (string? Name, EquatableArray<string> From, bool IsValid) Connections(IReadOnlyList<Entry> entries)
    {
        string? name = null;
        if (entries.FirstOrDefault(entry => entry.Key.Text == "as") is { } given)
        {
            if (given.Value is not ScalarNode { IsQuoted: false } word || WordRules.WordProblem(word.Text) is not null)
            {
                var text = (given.Value as ScalarNode)?.Text ?? given.Value.Description;
                Diagnostics.Report(Rules.InvalidName, given.Value.Span, Excerpt.Of(text), "a result", WordRules.WordProblem(text) ?? "a word without quotes is needed");
            }
            else if (word.Text == "input")
            {
                Diagnostics.Report(Rules.InvalidName, word.Span, word.Text, "a result", "'input' already names what comes in");
            }
            else
            {
                name = word.Text;
            }
        }

        if (entries.FirstOrDefault(entry => entry.Key.Text == "from") is not { } from)
        {
            return (name, default, true);
        }

        var sources = from.Value is ListNode list ? list.Items : [from.Value];
        if (sources.Count == 0)
        {
            Diagnostics.Report(Rules.EmptyList, from.Value.Span, "from");
        }

        var names = new List<string>();
        foreach (var source in sources)
        {
            if (source is ScalarNode { IsQuoted: false, IsEmpty: false } word)
            {
                names.Add(word.Text);
            }
            else
            {
                Diagnostics.Report(Rules.WrongType, source.Span, "from", "a name that 'as' gave, or a list of such names", source.Description);
            }
        }

        return (name, new EquatableArray<string>(names), sources.Count > 0 && names.Count == sources.Count);
    }

    private LayerSpec? BlockUse(int origin, Block block, Entry head, IReadOnlyList<Entry> entries, string? name, EquatableArray<string> from)
    {
        block.IsUsed = true;
        _keyCount++;
        if (_open.Any(open => open.Block == block))
        {
            var cycle = _open.Select(open => open.Block).Reverse().SkipWhile(open => open != block).Append(block).Select(open => open.Name.Text);
            Diagnostics.Report(Rules.RecursiveBlock, head.Key.Span, block.Name.Text, string.Join(" -> ", cycle));
            return null;
        }

        // One value is for the only parameter, or for the only one that must be given.
        var required = block.Parameters.Where(parameter => !parameter.HasDefault).ToList();
        var main = block.Parameters.Count == 1 ? block.Parameters[0] : required.Count == 1 ? required[0] : null;
        var given = head.Value switch
        {
            ScalarNode { IsEmpty: true } => [],
            MapNode map => map.Entries,
            _ when main is not null => [new Entry(main.Name, head.Value)],
            _ => null,
        };
        if (given is null)
        {
            Diagnostics.Report(Rules.WrongType, head.Value.Span, block.Name.Text, block.Parameters.Count == 0 ? "no argument" : "its parameters in braces", head.Value.Description);
            return null;
        }

        foreach (var extra in given.Where(entry => block.Parameters.All(parameter => parameter.Name.Text != entry.Key.Text)))
        {
            Diagnostics.Report(Rules.UnknownKey, extra.Key.Span, Excerpt.Of(extra.Key.Text), $"the block '{block.Name.Text}'",
                block.Parameters.Count == 0 ? "; it takes none" : NearestWord.Hint(extra.Key.Text, block.Parameters.Select(parameter => parameter.Name.Text)));
        }

        // The arguments are computed where the block is used, its layers where only its own names and 'let' are known.
        var inner = new Constants(ModelConstants);
        foreach (var parameter in block.Parameters)
        {
            var argument = given.FirstOrDefault(entry => entry.Key.Text == parameter.Name.Text)?.Value;
            if (argument is null && !parameter.HasDefault)
            {
                Diagnostics.Report(Rules.MissingKey, head.Key.Span, $"the block '{block.Name.Text}'", parameter.Name.Text, "a parameter without a default");
            }

            var path = $"{block.Name.Text}.{parameter.Name.Text}";
            inner.Define(parameter.Name, argument is not null ? Number(path, "a number", argument) : parameter.Default);
        }

        var mark = entries.FirstOrDefault(entry => entry != head && entry.Key.Text == Recomputation.Parameter.Name);
        var isRecomputed = mark is null ? false : Recomputation.Parameter.Bind(this, $"{block.Name.Text}.{mark.Key.Text}", mark.Value);
        return Body(block, inner, head.Key.Span.Line) is EquatableArray<LayerSpec> body && isRecomputed is bool flag
            ? new LayerSpec(origin, BlockLayer.Instance, BlockLayer.Use(block.Name.Text, body, flag), name, from)
            : null;
    }

    /// <summary>Looks for mistakes in a block that nothing uses, whatever its parameters might be.</summary>
    public void Check(Block block)
    {
        var unknown = new Constants(ModelConstants);
        foreach (var parameter in block.Parameters)
        {
            unknown.Define(parameter.Name, null);
        }

        Body(block, unknown, block.Name.Span.Line);
    }

    private object? Body(Block block, Constants parameters, int line)
    {
        var (outer, note) = (_constants, Diagnostics.Note);
        _constants = parameters;
        _open.Push((block, line));
        Diagnostics.Note = block.Parameters.Count == 0 ? note : BlockNote.Of(_open.Select(open => (open.Block.Name.Text, open.Line)));
        var layers = Layers(block.Name.Text, block.Layers);
        _open.Pop();
        (_constants, Diagnostics.Note) = (outer, note);
        block.ReadParameters.UnionWith(parameters.Used);
        return layers;
    }

    private Constants ModelConstants { get; } = constants;

    private static LayerPlace Place(Node node, Entry head, IReadOnlyList<Entry> entries, Layer? layer)
    {
        var arguments = new List<ArgumentPlace>();
        if (head.Value is MapNode map)
        {
            arguments.AddRange(map.Entries.Select(entry => new ArgumentPlace(entry.Key.Text, entry.Value.Span)));
        }
        else if (layer?.Main is { } main && head.Value is not ScalarNode { IsEmpty: true })
        {
            arguments.Add(new ArgumentPlace(main.Name, head.Value.Span));
        }

        arguments.AddRange(entries.Where(entry => entry != head).Select(entry => new ArgumentPlace(entry.Key.Text, entry.Value.Span)));
        var span = node is ScalarNode || node.Span.Line != node.Span.EndLine ? head.Key.Span : node.Span;
        return new LayerPlace(span, new EquatableArray<ArgumentPlace>(arguments));
    }
}
