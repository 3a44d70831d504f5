using System.Globalization;
using System.Text;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.CSharp;

/// <summary>
/// Generated code is first written without positions, so that it depends only on the meaning of a spec. This inserts the places: as
/// <c>#line</c> directives, which lead stack traces and debuggers to the spec, and in the table of <see cref="SourceMapText"/>.
/// </summary>
internal static class LineDirectives
{
    /// <summary>Marks where a directive goes; the number of a layer's origin follows.</summary>
    public const string Marker = "#line @";

    /// <summary>Marks a line that is to end in a place; the number of a layer's origin and the line follow.</summary>
    public const string PlaceMarker = "#place @";

    /// <summary>Marks a line that is to end in the file's name; the line follows.</summary>
    public const string FileMarker = "#file @";

    // Debug information has 16 bits for a column.
    private const int MaximumColumn = 0xFFFE;

    /// <summary>Both files, with every marker replaced.</summary>
    public static ModelSources Fill(ModelSources code, SourceMap places, string path) =>
        new(Fill(code.Model, places, path), Fill(code.SourceMap, places, path));

    /// <summary>The code, with every marker replaced.</summary>
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

        // Split returns one more part than there are line ends.
        return text.ToString(0, text.Length - 1);
    }
}
