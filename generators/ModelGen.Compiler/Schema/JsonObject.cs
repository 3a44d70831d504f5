using System.Globalization;
using System.Text;

namespace ModelGen.Compiler.Schema;

/// <summary>
/// A JSON object that keeps its keys in the order added; values are strings, numbers, booleans, lists of values and objects.
/// </summary>
internal sealed class JsonObject
{
    private readonly List<KeyValuePair<string, object>> _entries = [];

    public object this[string key]
    {
        set => _entries.Add(new(key, value));
    }

    public static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = schemas };

    /// <summary>The object as indented JSON with LF line ends.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text, this, 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, object value, int depth)
    {
        switch (value)
        {
            case JsonObject json:
                List(text, '{', '}', json._entries, depth, entry =>
                {
                    Quote(text, entry.Key);
                    text.Append(": ");
                    Write(text, entry.Value, depth + 1);
                });
                break;
            case System.Collections.IEnumerable items and not string:
                List(text, '[', ']', [.. items.Cast<object>()], depth, item => Write(text, item, depth + 1));
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case IFormattable number:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                Quote(text, (string)value);
                break;
        }
    }

    private static void List<T>(StringBuilder text, char open, char close, IReadOnlyList<T> items, int depth, Action<T> write)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            write(items[i]);
        }

        if (items.Count > 0)
        {
            text.Append('\n').Append(' ', 2 * depth);
        }

        text.Append(close);
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    < ' ' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                    _ => c.ToString(),
                }
            );
        }

        text.Append('"');
    }
}
