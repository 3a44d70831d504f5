using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Cli.Specs;

/// <summary>A key that the command line sets to another value than the file does: <c>--set training.batch=32</c>.</summary>
internal sealed class Setting
{
    private readonly string _written;
    private readonly ScalarNode[] _keys;
    private readonly Node? _value;

    private Setting(string written, ScalarNode[] keys, Node? value) => (_written, _keys, _value) = (written, keys, value);

    /// <summary>Reads a setting.</summary>
    /// <param name="written">The path of the key and the value, as YAML, with <c>=</c> between them.</param>
    /// <exception cref="ModelGenException">It has another form, or the value is no YAML.</exception>
    public static Setting Parse(string written)
    {
        var equals = written.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? "" : written[..equals].Trim();
        if (path.Length == 0 || path.Split('.').Any(static key => key.Length == 0))
        {
            throw new ModelGenException($"'{Option} {written}' sets nothing; write a key and its value, as in {Option} training.batch=32.");
        }

        // Blanks in place of the key, so that columns count from the beginning of the setting.
        var place = $"{Option} {written}";
        var diagnostics = new DiagnosticBag();
        var value = YamlReader.Read(new string(' ', equals + 1) + written[(equals + 1)..], diagnostics, "value", place);
        if (value is null || diagnostics.Count > 0)
        {
            throw new ModelGenException(
                diagnostics.Count > 0 ? diagnostics.ToArray()[0].Format(place) : $"'{place}' has no value after the '='."
            );
        }

        var span = value.Span with { Start = 0, Length = equals, Column = 1, EndColumn = equals + 1 };
        return new Setting(
            written,
            [.. path.Split('.').Select(key => new ScalarNode(span, key, isQuoted: false))],
            value is ScalarNode { Text: Nothing, IsQuoted: false } ? null : value
        );
    }

    /// <summary>A key of a file, set by another option.</summary>
    public static Setting Of(string key, Node value) => new(key, [new ScalarNode(value.Span, key, isQuoted: false)], value);

    /// <summary>The path of the key.</summary>
    public string Key => string.Join('.', _keys.Select(static key => key.Text));

    /// <summary>The option that sets keys.</summary>
    public const string Option = "--set";

    /// <summary>The value that takes a key out of the file.</summary>
    public const string Nothing = "null";

    /// <summary>A file with the setting in place of its own value.</summary>
    /// <param name="root">The file's keys.</param>
    /// <exception cref="ModelGenException">A part of the path is no group of keys, or there is no key to take out.</exception>
    public Node ApplyTo(Node root) => With(root, 0);

    /// <summary>Whether it sets a constant, which a recipe and its model may both have.</summary>
    public bool IsConstant => _keys[0].Text == CommonKey.Let.Name;

    /// <summary>Whether a file has the group that it belongs to, or the constant that it sets.</summary>
    /// <param name="root">The file's keys.</param>
    public bool IsOf(Node? root) =>
        root is MapNode map
        && map.Find(_keys[0].Text) is { } entry
        && (!IsConstant || (_keys.Length > 1 && entry.Value is MapNode constants && constants.Find(_keys[1].Text) is not null));

    private Node With(Node node, int depth)
    {
        if (node is not MapNode map)
        {
            var path = string.Join('.', _keys.Take(depth).Select(static key => key.Text));
            throw new ModelGenException(
                $"'{Option} {_written}' cannot reach into '{path}', which is {node.Description}; set it as a whole, as in "
                    + $"{Option} '{path}={(node is ListNode ? "[ … ]" : $"{{ {_keys[depth].Text}: … }}")}'."
            );
        }

        var key = _keys[depth];
        var own = map.Find(key.Text);
        if (own is null && _value is null)
        {
            throw new ModelGenException($"'{Option} {_written}' takes a key out that the file does not have.");
        }

        var value = depth + 1 < _keys.Length ? With(own?.Value ?? new MapNode(key.Span, []), depth + 1) : _value;
        return new MapNode(
            map.Span,
            value is null ? [.. map.Entries.Where(entry => entry.Key.Text != key.Text)]
                : own is null ? [.. map.Entries, new Entry(key, value)]
                : [.. map.Entries.Select(entry => entry.Key.Text == key.Text ? new Entry(entry.Key, value) : entry)]
        );
    }
}
