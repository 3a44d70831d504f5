using System.Text;
using ModelGen.Files;

namespace ModelGen.Runs;

/// <summary>
/// Keeps other processes from training into a run's folder until it is disposed or the process ends, however it ends: the operating system
/// releases the lock on the file then. The file says who holds it.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const int Attempts = 10;
    private const int MostBytes = 1024;

    private readonly string _path;
    private readonly FileStream _file;

    private RunLock(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Takes the lock of a folder.</summary>
    /// <param name="path">The lock file; one that a dead process has left is taken over.</param>
    /// <param name="folder">The folder, for messages.</param>
    /// <exception cref="ModelGenException">Another process holds it, or the file cannot be used.</exception>
    public static RunLock Take(string path, string folder)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var file = Open(path, folder);
            try
            {
                CheckLeftBehind(file, path, folder);
                var here = RunLockHolder.Here();
                file.SetLength(0);
                file.Write(Encoding.UTF8.GetBytes(here.Text));
                file.Flush(flushToDisk: true);

                // The earlier holder may have deleted the file between its opening and its locking here.
                if (Read(path) == here.Text)
                {
                    return new RunLock(path, file);
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }

            file.Dispose();
        }

        throw new ModelGenException($"The run folder '{folder}' is being taken by other processes again and again; choose another folder.");
    }

    /// <summary>Tells, without taking it, whether a process holds a lock; null if that cannot be seen from here.</summary>
    /// <param name="path">The lock file.</param>
    public static bool? IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        // The process first: to try the lock could make a run that begins at this moment fail.
        var holder = RunLockHolder.Parse(Read(path) ?? "");
        return holder is { IsHere: true } && holder.IsAlive() ? true
            : IsRefused(path) ? true
            : holder is null or { IsHere: true } ? false
            : null;
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        try
        {
            // While it is still locked, so that it is this process's own.
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder has become read-only, for example: the file is left behind, and the next run takes it over.
        }

        _file.Dispose();
    }

    private static bool IsRefused(string path)
    {
        try
        {
            using var file = RegularFile.Open(path);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return RegularFile.Otherwise(path) is null;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream Open(string path, string folder)
    {
        try
        {
            // On Windows a file that is not shared cannot be read either; elsewhere None is what locks.
            var share = OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None;
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 1);
        }
        catch (UnauthorizedAccessException exception) when (Path.Exists(path))
        {
            throw Unusable(path, folder, Directory.Exists(path) ? "it is a folder" : exception.Message.TrimEnd('.'));
        }
        catch (IOException) when (File.Exists(path))
        {
            var holder = RunLockHolder.Parse(Read(path) ?? "")?.ToString() ?? "another process";
            throw new ModelGenException(
                $"The run folder '{folder}' is in use: {holder} is training into it; wait for it, stop it, or choose another folder."
            );
        }
    }

    // The lock is free, so its holder is dead if the lock is seen by all; that of another machine may not be.
    private static void CheckLeftBehind(FileStream file, string path, string folder)
    {
        if (!file.CanSeek)
        {
            throw Unusable(path, folder, "it is not an ordinary file");
        }

        var bytes = new byte[MostBytes];
        var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false));
        if (RunLockHolder.Parse(text) is not { } holder || (holder.IsHere && !holder.IsAlive()))
        {
            return;
        }

        throw new ModelGenException(
            holder.IsHere
                ? $"The run folder '{folder}' is in use: {holder} is training into it; wait for it, stop it, or choose another folder. If "
                    + $"that process is another program, delete '{path}'."
                : $"The run folder '{folder}' may be in use: {holder} has begun to train into it, and whether it still does cannot be seen "
                    + $"from here. If it does not, delete '{path}'; otherwise wait for it, stop it, or choose another folder."
        );
    }

    private static ModelGenException Unusable(string path, string folder, string why) =>
        new(
            $"The run folder '{folder}' cannot be locked with '{path}': {why}. If no other process is training there, delete it; otherwise "
                + "choose another folder."
        );

    // .NET locks what it reads, so it cannot read what is locked.
    private static string? Read(string path)
    {
        try
        {
            using var handle = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete)
                : RegularFile.OpenWithoutWaiting(path);
            if (handle.IsInvalid)
            {
                return null;
            }

            var bytes = new byte[MostBytes];
            return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(handle, bytes, 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
