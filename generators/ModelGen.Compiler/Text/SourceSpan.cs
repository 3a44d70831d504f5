namespace ModelGen.Compiler.Text;

/// <summary>A span of a spec. Lines and columns count from 1, <see cref="Start"/> counts UTF-16 units from 0.</summary>
internal readonly record struct SourceSpan(int Start, int Length, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>The first character of a file.</summary>
    public static readonly SourceSpan FileStart = new(0, 0, 1, 1, 1, 1);

    /// <summary>Its file, where that is another than the one that is compiled: a class may be written in several.</summary>
    public string? File { get; init; }

    /// <summary>The part of a one-line span from <paramref name="offset"/> on.</summary>
    public SourceSpan Slice(int offset, int length) =>
        Line == EndLine && offset + length <= Length
            ? this with
            {
                Start = Start + offset,
                Length = length,
                Column = Column + offset,
                EndColumn = Column + offset + length,
            }
            : this;
}
