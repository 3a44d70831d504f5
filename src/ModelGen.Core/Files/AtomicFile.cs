using System.Runtime.InteropServices;

namespace ModelGen.Files;

/// <summary>
/// Writes files so that at every moment, power failure included, the path holds the whole earlier file or the whole new one.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>The suffix of the temporary file next to the target.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a temporary file next to the target, flushes it to disk and renames it over the target.</summary>
    /// <param name="path">The target; its folder is created if missing.</param>
    /// <param name="what">What is saved, for the message, such as "the checkpoint".</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ModelGenException">The disk is full, the folder is not writable, or the like; an earlier file is
    /// untouched.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        // A fixed name: the next save replaces what a killed process left behind, and two runs cannot share one target unnoticed.
        var temporary = path + TemporarySuffix;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);

            // Outside the try: a file that cannot be opened belongs to another writer, which deletes it.
            var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            try
            {
                using (stream)
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            FlushFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // ArgumentOutOfRangeException is how .NET reports a file over the file system's limit (EFBIG).
            var kept = File.Exists(path) ? "; the earlier file is untouched" : "";
            throw new ModelGenException(
                $"Cannot save {what} '{path}': {exception.Message.TrimEnd('.')}{kept}. Free some space or choose another folder, "
                    + "then try again.",
                exception
            );
        }
    }

    /// <summary>On Unix, a rename is durable only once its folder is flushed; elsewhere the file system takes care of it.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int ReadOnly = 0;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            return;
        }

        // Some file systems refuse this for folders; the file is complete and in place either way.
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
