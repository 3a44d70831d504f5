using System.Globalization;
using System.Text;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.CSharp;

/// <summary>
/// Generated code is first written without positions, so that it depends on the meaning of a spec alone; this puts the
/// places in, as <c>#line</c> directives that lead stack traces and debuggers to the spec, and in the table of
/// <see cref="SourceMapText"/>.
/// </summary>
internal static class LineDirectives
{
    /// <summary>What stands, before the number of a layer's origin, where a directive is to be.</summary>
    public const string Marker = "#line @";

    /// <summary>What stands before a line that is to end in a place: this, the number of a layer's origin, and the line.</summary>
    public const string PlaceMarker = "#place @";

    /// <summary>What stands before a line that is to end in the file's name.</summary>
    public const string FileMarker = "#file @";

    // Debug information has 16 bits for a column.
    private const int MaximumColumn = 0xFFFE;

    /// <summary>Both files with a directive for each marker.</summary>
    public static ModelSources Fill(ModelSources code, SourceMap places, string path) =>
        new(Fill(code.Model, places, path), Fill(code.SourceMap, places, path));

    /// <summary>The code with a directive for each marker.</summary>
    private static string Fill(string code, SourceMap places, string path)
    {
        var text = new StringBuilder(code.Length * 2);
        var file = path.Replace('"', '\'');

        // Without its folder, which another machine may not have.
        var name = file.Substring(file.LastIndexOfAny(['/', '\\']) + 1);
        foreach (var line in code.Split('\n'))
        {
            if (line.StartsWith(Marker, StringComparison.Ordinal))
            {
                var span = places.Find(int.Parse(line.Substring(Marker.Length), CultureInfo.InvariantCulture), null);
                var end = Math.Max(span.EndColumn, span.Column + 1);
                text.Append(
                    end <= MaximumColumn
                        ? FormattableString.Invariant($"#line ({span.Line},{span.Column})-({span.EndLine},{end}) \"{file}\"\n")
                        : FormattableString.Invariant($"#line {span.Line} \"{file}\"\n")
                );
            }
            else if (line.StartsWith(PlaceMarker, StringComparison.Ordinal))
            {
                var start = line.IndexOf(' ', PlaceMarker.Length);
                var span = places.Find(
                    int.Parse(line.Substring(PlaceMarker.Length, start - PlaceMarker.Length), CultureInfo.InvariantCulture),
                    null
                );
                text.Append(line, start, line.Length - start).Append(FormattableString.Invariant($" ({span.Line},{span.Column})\n"));
            }
            else if (line.StartsWith(FileMarker, StringComparison.Ordinal))
            {
                text.Append(line, FileMarker.Length, line.Length - FileMarker.Length).Append(name).Append('\n');
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
