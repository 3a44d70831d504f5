namespace ModelGen.Data;

/// <summary>Where a text is from.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line that it begins in, from 1; 0 where it is the whole file.</param>
internal readonly record struct TextPlace(string File, int Line)
{
    public override string ToString() => Line > 0 ? FormattableString.Invariant($"{File}({Line})") : File;
}
