using ModelGen.Files;

namespace ModelGen.Runs;

/// <summary>A file of which a run keeps a copy, with its content.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Content">What it has.</param>
internal sealed record KeptFile(string Path, byte[] Content)
{
    /// <summary>Its name, which is that of the copy.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">It cannot be read.</exception>
    public static KeptFile Read(string path)
    {
        try
        {
            return new KeptFile(path, File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read '{path}', of which the run keeps a copy: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the file itself lies in a folder.</summary>
    public bool IsIn(string folder) =>
        Directory.Exists(folder) && RealPath.Of(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!) == RealPath.Of(folder);

    /// <summary>Whether a folder has a copy of it, with the same content.</summary>
    public bool IsCopiedTo(string folder) =>
        System.IO.Path.Combine(folder, Name) is var copy && File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(Content);
}
