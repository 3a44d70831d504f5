using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelGen.Files;

/// <summary>
/// Opens files for reading, and only files: a read of a named pipe waits for a writer that may never come, and a device may never end.
/// </summary>
internal static partial class RegularFile
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <returns>The file, positioned at its start.</returns>
    /// <exception cref="IOException">It does not exist, is something else than a file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static FileStream Open(string path, FileShare share = FileShare.Read) =>
        Otherwise(path) is { } other
            ? throw new IOException($"it is {other}, not a file; pass the path of a file.")
            : new FileStream(path, FileMode.Open, FileAccess.Read, share);

    /// <summary>What there is instead of a file: "a folder", "a pipe", "a device"; null for a file, and where there is nothing.</summary>
    /// <param name="path">The path; links are followed.</param>
    public static string? Otherwise(string path)
    {
        if (Directory.Exists(path))
        {
            return "a folder";
        }

        // A link has a length of its own.
        if (OperatingSystem.IsWindows() || (new FileInfo(path) is { Exists: true, LinkTarget: null } file && file.Length > 0))
        {
            return null;
        }

        // .NET knows no kinds of files on Unix.
        using var handle = OpenWithoutWaiting(path);
        if (handle.IsInvalid)
        {
            const int NoSuchDevice = 6;
            return Marshal.GetLastPInvokeError() == NoSuchDevice ? "a socket or a device" : null;
        }

        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!stream.CanSeek)
        {
            return "a pipe or a terminal";
        }

        // A device has no length, but a first byte.
        return stream.Length == 0 && HasByte(stream) ? "a device" : null;
    }

    /// <summary>
    /// Opens whatever there is, on Unix only: it waits for no writer of a pipe, makes no terminal the process's own, and does not mind the
    /// locks of others.
    /// </summary>
    /// <param name="path">The path; links are followed.</param>
    /// <returns>The handle, for reading; invalid where it cannot be opened.</returns>
    public static SafeFileHandle OpenWithoutWaiting(string path)
    {
        // O_RDONLY | O_NONBLOCK | O_NOCTTY.
        var flags = OperatingSystem.IsLinux() ? 0x800 | 0x100 : 0x4 | 0x20000;
        return new SafeFileHandle(OpenDescriptor(path, flags), ownsHandle: true);
    }

    private static bool HasByte(FileStream stream)
    {
        try
        {
            return stream.ReadByte() >= 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);
}
