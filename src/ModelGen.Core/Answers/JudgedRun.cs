using System.Diagnostics.CodeAnalysis;

namespace ModelGen.Answers;

/// <summary>A run whose answers are judged, as files of judgements name it: <c>runs/notes@3f2a90c1d4e5</c>.</summary>
/// <param name="Folder">Its folder, as it was named.</param>
/// <param name="Weights">The first digits of its checkpoint's SHA-256: the run is what it was only with the same weights.</param>
internal readonly record struct JudgedRun(string Folder, string Weights)
{
    private const int Digits = 12;
    private const char Separator = '@';

    /// <summary>The run in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="hash">The SHA-256 of its checkpoint, as hexadecimal digits.</param>
    public static JudgedRun Of(string folder, string hash) => new(Path.TrimEndingDirectorySeparator(folder), hash[..Digits]);

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JudgedRun? run)
    {
        var at = text.LastIndexOf(Separator);
        run =
            at > 0 && text.Length - at - 1 == Digits && text.AsSpan(at + 1).IndexOfAnyExcept("0123456789abcdef") < 0
                ? new JudgedRun(text[..at], text[(at + 1)..])
                : null;
        return run is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Folder}{Separator}{Weights}";
}
