using System.Text;
using System.Text.Unicode;

namespace ModelGen.Data;

/// <summary>Text to train on.</summary>
public sealed class TextCorpus
{
    private TextCorpus(string text, IReadOnlyList<string> files)
    {
        Text = text;
        Files = files;
    }

    /// <summary>The whole text. Several files are concatenated, each ending with a line break.</summary>
    public string Text { get; }

    /// <summary>The files that the text came from, in the order they were read.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Creates a corpus from a text in memory.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ModelGenException">The text is empty.</exception>
    public static TextCorpus FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 ? new TextCorpus(text, []) : throw new ModelGenException("The text to train on is empty; pass some text.");
    }

    /// <summary>Reads a UTF-8 file, or every file in a folder and its sub-folders, in ordinal order of their paths.</summary>
    /// <param name="path">The file or the folder. Files and folders whose names begin with a dot are skipped inside a folder.</param>
    /// <param name="cancellation">Cancels reading, between one file and the next.</param>
    /// <returns>The corpus; a byte-order mark at the start of a file is not part of it.</returns>
    /// <exception cref="ModelGenException">The path does not exist, holds nothing, cannot be read, or a file is not UTF-8 (the message
    /// names the file and the byte).</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static TextCorpus Read(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Directory.Exists(path) ? ReadFolder(path, cancellation) : ReadOne(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the text '{path}': {exception.Message}", exception);
        }
    }

    private static TextCorpus ReadOne(string path)
    {
        if (!File.Exists(path))
        {
            throw new ModelGenException($"The text '{path}' does not exist; it must be a UTF-8 text file, or a folder of them.");
        }

        var text = ReadFile(path);
        return text.Length > 0
            ? new TextCorpus(text, [path])
            : throw new ModelGenException($"The file '{path}' is empty; it must be a UTF-8 text file with something to learn from.");
    }

    private static TextCorpus ReadFolder(string folder, CancellationToken cancellation)
    {
        // Hidden entries belong to tools (version control, editors) and are never meant as training text.
        var files = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(static part => part.StartsWith('.')))
            .OrderBy(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), StringComparer.Ordinal)
            .ToArray();
        var all = new StringBuilder();
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            var text = ReadFile(file);
            all.Append(text);
            if (text.Length > 0 && text[^1] != '\n')
            {
                all.Append('\n');
            }
        }

        return all.Length > 0
            ? new TextCorpus(all.ToString(), files)
            : throw new ModelGenException($"The folder '{folder}' holds no text; put UTF-8 text files into it.");
    }

    private static string ReadFile(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (!Utf8.IsValid(bytes))
        {
            throw new ModelGenException(
                $"The file '{path}' is not UTF-8: byte {FirstInvalidByte(bytes)} does not belong to any character; convert the "
                    + "file to UTF-8."
            );
        }

        return Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            offset += consumed;
        }

        return offset;
    }
}
