using System.Text;

namespace ModelGen.Tests.Runs;

/// <summary>
/// What a person sees in a terminal of some width: lines too long for it are wrapped, also when the width changes, as most terminals do.
/// </summary>
internal sealed class Terminal(int columns) : TextWriter
{
    private const string EraseToTheEnd = "\e[J";

    private readonly List<StringBuilder> _lines = [new()];
    private int _line;
    private int _column;

    public override Encoding Encoding => Encoding.UTF8;

    public int Columns { get; set; } = columns;

    /// <summary>The lines that were written, whole.</summary>
    public IReadOnlyList<string> Unwrapped =>
        [.. _lines.Select(static line => line.ToString().TrimEnd()).Where(static line => line.Length > 0)];

    /// <summary>The rows on the screen that are not blank.</summary>
    public IReadOnlyList<string> Rows =>
        [.. Unwrapped.SelectMany(line => line.Chunk(Columns)).Select(static row => new string(row).TrimEnd())];

    public override void Write(string? value)
    {
        var parts = (value ?? "").Split(EraseToTheEnd);
        for (var part = 0; part < parts.Length; part++)
        {
            if (part > 0)
            {
                _lines.RemoveRange(_line + 1, _lines.Count - _line - 1);
                _lines[_line].Length = _column;
            }

            foreach (var letter in parts[part])
            {
                Write(letter);
            }
        }
    }

    public override void Write(char value)
    {
        switch (value)
        {
            case '\r':
                // To the beginning of the row, which need not be that of the line.
                _column -= _column % Columns;
                return;
            case '\n':
                _lines.Add(new());
                (_line, _column) = (_lines.Count - 1, 0);
                return;
            default:
                Assert.False(char.IsControl(value));
                _lines[_line].Length = Math.Max(_lines[_line].Length, _column + 1);
                _lines[_line][_column++] = value;
                return;
        }
    }
}
