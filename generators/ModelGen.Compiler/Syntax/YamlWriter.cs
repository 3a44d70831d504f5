using System.Text;

namespace ModelGen.Compiler.Syntax;

/// <summary>Writes syntax as YAML: what reads it gets the same nodes, apart from their places.</summary>
internal static class YamlWriter
{
    // A group or a list that fits is written in one line.
    private const int LongestLine = 100;

    private const string Indentation = "  ";

    // What words, numbers and expressions consist of besides letters and digits, and what may begin them. Anything else is quoted: whether
    // YAML gives a character a meaning depends on what stands around it.
    private const string Plain = " _-+*/.$()<=>^";
    private const string PlainStart = "$.(<";

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

    // Whether a group or a list takes lines of its own.
    private static bool IsBlock(Node node, int depth) =>
        node is MapNode { Entries.Count: > 0 } or ListNode { Items.Count: > 0 }
        && Flow(node).Length + (depth * Indentation.Length) > LongestLine;

    private static IEnumerable<string> Lines(Node node, int depth) =>
        IsBlock(node, depth)
            ? node switch
            {
                MapNode map => Entries(map, depth),
                ListNode list => list.Items.SelectMany(item =>
                    (item is MapNode { Entries.Count: 1 } pair ? Entries(pair, depth + 1) : Lines(item, depth + 1)).Select(
                        static (text, index) => (index == 0 ? "- " : Indentation) + text
                    )
                ),
                _ => [],
            }
            : [Flow(node)];

    private static IEnumerable<string> Entries(MapNode map, int depth = 0)
    {
        foreach (var entry in map.Entries)
        {
            if (!IsBlock(entry.Value, depth + 1))
            {
                yield return Flow(entry).TrimEnd();
                continue;
            }

            yield return $"{Key(entry)}:";
            foreach (var line in Lines(entry.Value, depth + 1))
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

    private static string Flow(Entry entry) => $"{Key(entry)}: {Flow(entry.Value)}";

    // A key is a word, or quoted.
    private static string Key(Entry entry) =>
        entry.Key.Text is { Length: > 0 } text
        && text.All(static character => char.IsLetterOrDigit(character) || character is '-' or '_')
        && text[0] != '-'
            ? text
            : Scalar(new ScalarNode(entry.Key.Span, entry.Key.Text, isQuoted: true));

    private static string Scalar(ScalarNode scalar)
    {
        var text = scalar.Text;
        if (text.Any(char.IsControl))
        {
            return Escaped(text);
        }

        return !scalar.IsQuoted && IsPlain(text) ? text : $"'{text.Replace("'", "''")}'";
    }

    private static bool IsPlain(string text)
    {
        // -1 and -$rate, but neither '- x' nor '---'.
        var start = text.StartsWith("-", StringComparison.Ordinal) ? text.Substring(1) : text;
        return text.Length == 0
            || (
                start.Length > 0
                && (char.IsLetterOrDigit(start[0]) || PlainStart.IndexOf(start[0]) >= 0)
                && text.All(static character => char.IsLetterOrDigit(character) || Plain.IndexOf(character) >= 0)
                && text.Trim() == text
            );
    }

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
