using System.Text;

namespace ModelGen.Compiler.Syntax;

/// <summary>Writes syntax as YAML: what reads it gets the same nodes, apart from their places.</summary>
internal static class YamlWriter
{
    // A group or a list that fits is written in one line.
    private const int LongestLine = 100;

    private const string Indentation = "  ";

    // Characters with a meaning of their own, at the beginning of a word or anywhere in a line of brackets.
    private const string Indicators = "-?:,[]{}#&*!|>'\"%@`";
    private const string FlowIndicators = ",[]{}";

    /// <summary>Writes a document.</summary>
    /// <param name="root">Its root, without anything that could not be read.</param>
    public static string Write(Node root)
    {
        var text = new StringBuilder();
        foreach (var line in root is MapNode { Entries.Count: > 0 } map ? Entries(map) : Lines(root, 0))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(Node node, int depth)
    {
        var line = Flow(node);
        return line.Length + (depth * Indentation.Length) <= LongestLine
            ? [line]
            : node switch
            {
                MapNode { Entries.Count: > 0 } map => Entries(map, depth),
                ListNode { Items.Count: > 0 } list => list.Items.SelectMany(item =>
                    (item is MapNode { Entries.Count: 1 } pair ? Entries(pair, depth + 1) : Lines(item, depth + 1)).Select(
                        static (text, index) => (index == 0 ? "- " : Indentation) + text
                    )
                ),
                _ => [line],
            };
    }

    private static IEnumerable<string> Entries(MapNode map, int depth = 0)
    {
        foreach (var entry in map.Entries)
        {
            var lines = Lines(entry.Value, depth + 1).ToList();
            if (lines.Count == 1)
            {
                yield return $"{Scalar(entry.Key)}: {lines[0]}".TrimEnd();
                continue;
            }

            yield return $"{Scalar(entry.Key)}:";
            foreach (var line in lines)
            {
                yield return Indentation + line;
            }
        }
    }

    private static string Flow(Node node) =>
        node switch
        {
            MapNode { Entries.Count: 0 } => "{}",
            MapNode map => $"{{ {string.Join(", ", map.Entries.Select(Flow))} }}",
            ListNode list => $"[{string.Join(", ", list.Items.Select(Item))}]",
            ScalarNode scalar => Scalar(scalar),
            _ => "",
        };

    // A single pair needs no braces.
    private static string Item(Node item) => item is MapNode { Entries.Count: 1 } pair ? Flow(pair.Entries[0]) : Flow(item);

    private static string Flow(Entry entry) => $"{Scalar(entry.Key)}: {Flow(entry.Value)}";

    private static string Scalar(ScalarNode scalar)
    {
        var text = scalar.Text;
        if (text.Any(char.IsControl))
        {
            return Escaped(text);
        }

        var isPlain =
            !scalar.IsQuoted
            && text.Trim() == text
            && text.IndexOfAny(FlowIndicators.ToCharArray()) < 0
            && !text.Contains(": ")
            && !text.Contains(" #")
            && !text.EndsWith(":", StringComparison.Ordinal)
            && (text.Length == 0 || Indicators.IndexOf(text[0]) < 0 || IsNumber(text));
        return isPlain ? text : $"'{text.Replace("'", "''")}'";
    }

    // -1 and -$rate, but neither '- x' nor '---'.
    private static bool IsNumber(string text) => text.Length > 1 && text[0] == '-' && text[1] is not (' ' or '-');

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder("\"");
        foreach (var character in text)
        {
            escaped.Append(
                character switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\t' => "\\t",
                    _ when char.IsControl(character) => $"\\u{(int)character:x4}",
                    _ => character.ToString(),
                }
            );
        }

        return escaped.Append('"').ToString();
    }
}
