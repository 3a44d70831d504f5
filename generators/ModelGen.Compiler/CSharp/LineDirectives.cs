using System.Globalization;
using System.Text;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.CSharp;

/// <summary>
/// Generated code is first written without positions, so that it depends on the meaning of a spec alone; this puts the
/// places in, as <c>#line</c> directives that lead stack traces and debuggers to the spec.
/// </summary>
internal static class LineDirectives
{
    /// <summary>What stands, before the number of a layer's origin, where a directive is to be.</summary>
    public const string Marker = "#line @";

    // Debug information has 16 bits for a column.
    private const int MaximumColumn = 0xFFFE;

    /// <summary>The code with a directive for each marker.</summary>
    public static string Fill(string code, LayerPlaces places, string path)
    {
        var text = new StringBuilder(code.Length * 2);
        var file = path.Replace('"', '\'');
        foreach (var line in code.Split('\n'))
        {
            if (line.StartsWith(Marker, StringComparison.Ordinal))
            {
                var span = places.Find(int.Parse(line.Substring(Marker.Length), CultureInfo.InvariantCulture), null);
                var end = Math.Max(span.EndColumn, span.Column + 1);
                text.Append(end <= MaximumColumn
                    ? FormattableString.Invariant($"#line ({span.Line},{span.Column})-({span.EndLine},{end}) \"{file}\"\n")
                    : FormattableString.Invariant($"#line {span.Line} \"{file}\"\n"));
            }
            else
            {
                text.Append(line).Append('\n');
            }
        }

        // Split gives one part more than there are line ends.
        return text.ToString(0, text.Length - 1);
    }
}
