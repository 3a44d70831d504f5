using System.Globalization;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Binds lists of layers: each layer is a word of the catalogue or a block, with its arguments and connections.</summary>
internal sealed class LayerBinder
{
    /// <summary>The keys that connect layers; they are written beside a layer's word.</summary>
    public static readonly string[] ConnectionKeys = ["as", "from"];

    /// <summary>What is told of such a key inside the braces.</summary>
    public const string BesideHint = "; it belongs beside the word, not inside its braces";

    private const int MaximumLayers = 20_000;
    private const int MaximumDepth = 64;

    private readonly DiagnosticBag _diagnostics;
    private readonly IReadOnlyDictionary<string, Block> _known;
    private readonly Dictionary<Node, int> _origins = [];
    private readonly List<LayerPlace> _places = [];
    private int _count;
    private int _depth;

    /// <summary>Reads layers.</summary>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <param name="values">Reads the values of their arguments.</param>
    /// <param name="blocks">The blocks of the file, by name.</param>
    public LayerBinder(DiagnosticBag diagnostics, ValueBinder values, IReadOnlyDictionary<string, Block> blocks)
    {
        _diagnostics = diagnostics;
        _known = blocks;
        Arguments = new ArgumentBinder(diagnostics, values, this);
        Blocks = new BlockBinder(diagnostics, values, this);
    }

    /// <summary>Binds the keys of layers, and of all words that contain layers.</summary>
    public ArgumentBinder Arguments { get; }

    /// <summary>Expands blocks where they are used.</summary>
    public BlockBinder Blocks { get; }

    /// <summary>The places of the layers bound so far, by origin.</summary>
    public IReadOnlyList<LayerPlace> Places => _places;

    /// <summary>Reads a list of layers; null after reporting that it is not a list, is empty or is nested too deeply.</summary>
    public EquatableArray<LayerSpec>? Bind(string path, Node node)
    {
        if (node is not ListNode list)
        {
            _diagnostics.Report(Rules.WrongType, node.Span, path, "a list of layers", node.Description);
            return null;
        }

        if (list.Items.Count == 0)
        {
            _diagnostics.Report(Rules.EmptyList, list.Span, path);
            return null;
        }

        // Every later stage recurses into nested layers.
        if (_depth >= MaximumDepth)
        {
            _diagnostics.Report(Rules.TooDeep, list.Span, MaximumDepth.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        _depth++;
        var layers = new List<LayerSpec>();
        foreach (var item in list.Items)
        {
            if (++_count > MaximumLayers)
            {
                if (_count == MaximumLayers + 1)
                {
                    _diagnostics.Report(
                        Rules.TooLarge,
                        item.Span,
                        $"'{path}'",
                        $"it has more than {MaximumLayers.ToString("N0", CultureInfo.InvariantCulture)} layers once blocks are expanded"
                    );
                }

                layers.Add(UnreadWord.Layer);
                break;
            }

            layers.Add((item is UnreadNode ? null : Layer(path, item)) ?? UnreadWord.Layer);
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
            _diagnostics.Report(Rules.WrongType, node.Span, path, "a layer: a word, or a word with its arguments", node.Description);
            return null;
        }

        var words = Catalogue.Of<LayerWord>();
        var head = entries.FirstOrDefault(entry => IsLayer(entry.Key))
            ?? entries.FirstOrDefault(static entry => !ConnectionKeys.Contains(entry.Key.Text));
        if (head is null)
        {
            _diagnostics.Report(
                Rules.WrongType,
                node.Span,
                path,
                "a layer: a word, or a word with its arguments",
                $"'{entries[0].Key.Text}' without a word"
            );
            return null;
        }

        var layer = words.FirstOrDefault(word => word.Word == head.Key.Text);
        var block = layer is null && _known.TryGetValue(head.Key.Text, out var found) ? found : null;
        if (layer is null && block is null)
        {
            _diagnostics.Report(
                Rules.UnknownWord,
                head.Key.Span,
                Excerpt.Of(head.Key.Text),
                "a layer or block",
                NearestWord.Hint(head.Key.Text, words.Select(static word => word.Word).Concat(_known.Keys))
            );
            return null;
        }

        var (name, from, isConnected) = Connections(entries);
        var beside = (layer ?? BlockWord.Instance)
            .Parameters.Where(static parameter => parameter.IsBeside)
            .Select(static parameter => parameter.Name)
            .ToList();
        var others = entries
            .Where(entry => entry != head && !ConnectionKeys.Contains(entry.Key.Text) && !beside.Contains(entry.Key.Text))
            .ToList();
        ReportOthers(others, head, layer, beside);
        if (!_origins.TryGetValue(node, out var origin))
        {
            origin = _places.Count;
            _origins.Add(node, origin);
            _places.AddRange(Enumerable.Repeat(Place(node, head, entries, layer), 1 + (layer?.WritesOut ?? 0)));
        }

        if (block is not null)
        {
            return Blocks.Use(block, head, entries) is { } use && isConnected
                ? new LayerSpec(origin, BlockWord.Instance, use, name, from)
                : null;
        }

        var inner = Arguments.Entries(layer!, head.Value);
        var misplaced = inner?.Where(entry => beside.Contains(entry.Key.Text)).ToList() ?? [];
        foreach (var entry in misplaced)
        {
            _diagnostics.Report(Rules.UnknownKey, entry.Key.Span, entry.Key.Text, $"'{layer!.Word}'", BesideHint);
        }

        var all = inner?.Except(misplaced).Concat(entries.Where(entry => beside.Contains(entry.Key.Text))).ToList();
        var reported = others.Concat(misplaced).Select(static entry => entry.Key.Text);
        return
            Arguments.Bind(layer!.Word, layer.Parameters, all, head.Key.Span, reported) is { } arguments
            && isConnected
            && misplaced.Count == 0
            ? new LayerSpec(origin, layer, arguments, name, from)
            : null;
    }

    private bool IsLayer(ScalarNode key) => Catalogue.Of<LayerWord>().Any(word => word.Word == key.Text) || _known.ContainsKey(key.Text);

    // Reports keys that do not belong beside a layer's word.
    private void ReportOthers(IReadOnlyList<Entry> others, Entry head, LayerWord? layer, IReadOnlyList<string> beside)
    {
        foreach (var entry in others)
        {
            var hint =
                IsLayer(entry.Key) ? "; each layer is a separate list entry"
                : layer?.Parameters.Any(parameter => parameter.Name == entry.Key.Text) == true
                    ? $"; it belongs inside the braces, as in {layer.Word}: {{ {entry.Key.Text}: … }}"
                : NearestWord.Hint(entry.Key.Text, ConnectionKeys.Concat(beside));
            _diagnostics.Report(Rules.UnknownKey, entry.Key.Span, Excerpt.Of(entry.Key.Text), $"'{head.Key.Text}'", hint);
        }
    }

    private (string? Name, EquatableArray<string> From, bool IsValid) Connections(IReadOnlyList<Entry> entries)
    {
        var name = entries.FirstOrDefault(static entry => entry.Key.Text == "as") is { } given ? ResultName(given.Value) : null;
        if (entries.FirstOrDefault(static entry => entry.Key.Text == "from") is not { } from)
        {
            return (name, default, true);
        }

        var sources = from.Value is ListNode list ? list.Items : [from.Value];
        if (sources.Count == 0)
        {
            _diagnostics.Report(Rules.EmptyList, from.Value.Span, "from");
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
                _diagnostics.Report(
                    Rules.WrongType,
                    source.Span,
                    "from",
                    "a name given by 'as', or a list of such names",
                    source.Description
                );
            }
        }

        return (name, new EquatableArray<string>(names), sources.Count > 0 && names.Count == sources.Count);
    }

    private string? ResultName(Node given)
    {
        if (given is not ScalarNode { IsQuoted: false } word)
        {
            var text = (given as ScalarNode)?.Text ?? given.Description;
            _diagnostics.Report(
                Rules.InvalidName,
                given.Span,
                Excerpt.Of(text),
                "a result",
                WordRules.WordProblem(text) ?? "write it without quotes"
            );
            return null;
        }

        return UsableWord.CheckTensor(_diagnostics, word, "a result") ? word.Text : null;
    }

    private static LayerPlace Place(Node node, Entry head, IReadOnlyList<Entry> entries, LayerWord? layer)
    {
        var arguments = new List<ArgumentPlace>();
        if (head.Value is MapNode map)
        {
            arguments.AddRange(map.Entries.Select(static entry => new ArgumentPlace(entry.Key.Text, entry.Value.Span)));
        }
        else if (layer?.Main is { } main && head.Value is not ScalarNode { IsEmpty: true })
        {
            arguments.Add(new ArgumentPlace(main.Name, head.Value.Span));
        }

        arguments.AddRange(
            entries.Where(entry => entry != head).Select(static entry => new ArgumentPlace(entry.Key.Text, entry.Value.Span))
        );
        var span = node is ScalarNode || node.Span.Line != node.Span.EndLine ? head.Key.Span : node.Span;
        return new LayerPlace(span, new EquatableArray<ArgumentPlace>(arguments));
    }
}
