using System.Globalization;
using System.Text;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes indented lines that end in LF on every system.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', 4 * _indent).Append(line);
        }

        _text.Append('\n');
    }

    /// <summary>A line that later names the place a layer was written at; see <see cref="LineDirectives"/>.</summary>
    public void Place(int origin) => _text.Append(LineDirectives.Marker).Append(origin.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>A line that later ends in the place a layer was written at.</summary>
    public void Placed(int origin, string line)
    {
        _text.Append(LineDirectives.PlaceMarker).Append(origin.ToString(CultureInfo.InvariantCulture));
        Line(line);
    }

    /// <summary>A line that later names the file.</summary>
    public void PlaceFile(string before)
    {
        _text.Append(LineDirectives.FileMarker);
        Line(before);
    }

    /// <summary>Ends the stretch that belongs to places of the spec.</summary>
    public void PlaceDefault() => _text.Append("#line default\n");

    public void Open(string line)
    {
        Line(line);
        Line("{");
        _indent++;
    }

    public void Close(string end = "}")
    {
        _indent--;
        Line(end);
    }

    public override string ToString() => _text.ToString();
}
