using System.Globalization;
using System.Text;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes indented lines that end in LF on every system.</summary>
internal sealed class CodeWriter
{
    /// <summary>The maximum length of lines that can be broken.</summary>
    public const int MaximumLine = 140;

    private readonly StringBuilder _text = new();
    private int _indent;
    private int? _place;
    private bool _isHidden;

    /// <summary>The current indentation in characters.</summary>
    public int Indent => 4 * _indent;

    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', Indent).Append(line);
        }

        _text.Append('\n');
    }

    /// <summary>Appends the lines of another writer.</summary>
    public void Lines(CodeWriter other) => _text.Append(other._text);

    /// <summary>
    /// Marks the next line as part of a layer; see <see cref="LineDirectives"/>. Further lines of the same layer are hidden from debuggers,
    /// which therefore stop once per layer; stack traces name the last visible line before them, and so the same layer.
    /// </summary>
    public void Place(int origin)
    {
        if (_place != origin)
        {
            _text.Append(LineDirectives.Marker).Append(origin.ToString(CultureInfo.InvariantCulture)).Append('\n');
            (_place, _isHidden) = (origin, false);
        }
        else if (!_isHidden)
        {
            _text.Append("#line hidden\n");
            _isHidden = true;
        }
    }

    /// <summary>Writes a line to which the place of a layer is appended later.</summary>
    public void Placed(int origin, string line)
    {
        _text.Append(LineDirectives.PlaceMarker).Append(origin.ToString(CultureInfo.InvariantCulture));
        Line(line);
    }

    /// <summary>Writes a line to which the file's name is appended later.</summary>
    public void PlaceFile(string before)
    {
        _text.Append(LineDirectives.FileMarker);
        Line(before);
    }

    /// <summary>Ends the lines that map to places of the spec.</summary>
    public void PlaceDefault()
    {
        if (_place is not null)
        {
            _text.Append("#line default\n");
            (_place, _isHidden) = (null, false);
        }
    }

    public void Open(string line)
    {
        Line(line);
        OpenBody();
    }

    public void OpenBody()
    {
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
