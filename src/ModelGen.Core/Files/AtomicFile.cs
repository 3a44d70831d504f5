using System.Runtime.InteropServices;

namespace ModelGen.Files;

/// <summary>
/// Writes files so that at every moment, power failure included, the path holds the whole earlier file or the whole new one.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>What the name of the file beside the target ends with.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a file beside the target, forces it to the disk and renames it over the target.</summary>
    /// <param name="path">The target; its folder is created where it is missing.</param>
    /// <param name="what">What is saved, for the message: "the checkpoint".</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ModelGenException">The disk is full, the folder cannot be written, and the like; an earlier file is
    /// untouched.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        // One fixed name: what a killed process leaves behind is replaced by the next save, and two runs cannot share one target unnoticed.
        var temporary = path + TemporarySuffix;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);

            // Outside the try: a file that cannot be opened is another writer's, and its to delete.
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

    /// <summary>On Unix a rename is on the disk only once its folder is; elsewhere the file system sees to it.</summary>
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
