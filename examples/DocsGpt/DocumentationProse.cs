using System.Text;
using System.Xml.Linq;

namespace ModelGen.Examples;

/// <summary>Turns XML documentation into the text that a reader sees.</summary>
internal static class DocumentationProse
{
    /// <summary>The prose of one element on one line: references as readable names, listings left out, white space normalised.</summary>
    public static string Render(XElement element)
    {
        var text = new StringBuilder();
        Append(element, text);

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// The readable name for a documentation id: <c>T:System.Collections.Generic.List`1</c> is List&lt;T&gt;,
    /// <c>M:System.String.Format(System.String,System.Object)</c> is String.Format(String, Object).
    /// </summary>
    public static string ReadableName(string id)
    {
        var colon = id.IndexOf(':');
        var kind = colon < 0 ? "T" : id[..colon];
        var name = id[(colon + 1)..].Split('~')[0];

        if (kind == "N")
        {
            return name;
        }

        var open = name.IndexOf('(');
        var path = SplitOutsideBrackets(open < 0 ? name : name[..open], '.');
        var last = ReadableSegment(path[^1]);

        // A type needs no qualifier; a member is qualified by its type's name, a constructor is named by that alone.
        var readable =
            kind == "T" || path.Count < 2 ? last
            : last is "#ctor" or "#cctor" ? ReadableSegment(path[^2])
            : ReadableSegment(path[^2]) + "." + last[(last.LastIndexOf('#') + 1)..];

        if (open < 0)
        {
            return readable;
        }

        var parameters = SplitOutsideBrackets(name[(open + 1)..].TrimEnd(')'), ',');

        return $"{readable}({string.Join(", ", parameters.Select(ReadableType))})";
    }

    private static void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
            {
                text.Append(words.Value);
            }
            else if (node is XElement child)
            {
                AppendElement(child, text);
            }
        }
    }

    private static void AppendElement(XElement element, StringBuilder text)
    {
        switch (element.Name.LocalName)
        {
            case "see" or "seealso" or "xref" or "a":
                if (element.Nodes().Any())
                {
                    Append(element, text);
                }
                else
                {
                    var id = (string?)element.Attribute("cref")
                        ?? (string?)element.Attribute("langword")
                        ?? (string?)element.Attribute("uid");
                    text.Append(id is null ? (string?)element.Attribute("href") : ReadableName(id));
                }

                break;

            case "paramref"
            or "typeparamref":
                text.Append((string?)element.Attribute("name"));
                break;

            // Inline code has this attribute; without it, the element is a listing.
            case "code" when element.Attribute("data-dev-comment-type") is null:
            case "example" or "listheader" or "script":
                text.Append(' ');
                break;

            case "term":
                text.Append(' ');
                Append(element, text);
                text.Append(": ");
                break;

            case "c"
            or "code"
            or "b"
            or "i"
            or "em"
            or "strong"
            or "sup"
            or "sub":
                Append(element, text);
                break;

            default:
                text.Append(' ');
                Append(element, text);
                text.Append(' ');
                break;
        }
    }

    private static string ReadableType(string id) => ReadableSegment(SplitOutsideBrackets(id.TrimEnd('@'), '.')[^1]);

    /// <summary>One segment of an id: List`1 and List{``0} both become List&lt;T&gt;, ``1 becomes T2.</summary>
    private static string ReadableSegment(string segment)
    {
        var brace = segment.IndexOf('{');

        if (brace >= 0)
        {
            var close = segment.LastIndexOf('}');
            var arguments = SplitOutsideBrackets(segment[(brace + 1)..(close < 0 ? segment.Length : close)], ',');

            return $"{segment[..brace]}<{string.Join(", ", arguments.Select(ReadableType))}>{(close < 0 ? "" : segment[(close + 1)..])}";
        }

        var tick = segment.IndexOf('`');

        if (tick < 0)
        {
            return segment;
        }

        var digits = segment[tick..].TrimStart('`');
        var suffix = digits.TrimStart("0123456789".ToCharArray());

        if (!int.TryParse(digits[..^suffix.Length], out var number))
        {
            return segment;
        }

        return tick == 0
            ? TypeParameter(number) + suffix
            : $"{segment[..tick]}<{string.Join(", ", Enumerable.Range(0, number).Select(TypeParameter))}>{suffix}";
    }

    private static string TypeParameter(int index) => index == 0 ? "T" : $"T{index + 1}";

    private static List<string> SplitOutsideBrackets(string text, char separator)
    {
        var parts = new List<string>();
        var depth = 0;
        var start = 0;

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '{' or '[' or '(')
            {
                depth++;
            }
            else if (text[i] is '}' or ']' or ')')
            {
                depth--;
            }
            else if (text[i] == separator && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);

        return parts;
    }
}
