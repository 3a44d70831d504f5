namespace ModelGen.Files;

/// <summary>A file that grows while a run goes on, and that other programs read meanwhile.</summary>
internal static class AppendedFile
{
    /// <summary>Hands bytes to the operating system: a killed process loses none.</summary>
    /// <param name="path">The file; it is created if missing.</param>
    /// <param name="bytes">The bytes to append.</param>
    public static void Append(string path, ReadOnlySpan<byte> bytes) => File.AppendAllBytes(path, bytes);

    /// <summary>Returns once everything appended so far is on the disk: a power failure loses none of it.</summary>
    /// <param name="path">The file.</param>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
        RandomAccess.FlushToDisk(file);
    }
}
