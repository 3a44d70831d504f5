using System.Text;
using ModelGen.Files;

namespace ModelGen.Runs;

/// <summary>The folder that holds one run, with everything that explains it: spec, metrics, checkpoint, samples.</summary>
public sealed class RunFolder
{
    private readonly IReadOnlyList<string> _names;

    /// <summary>Names the folder; nothing is written yet.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="names">The names of the files and folders that a run creates there; anything else belongs to the user.</param>
    public RunFolder(string path, params IReadOnlyList<string> names)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(names);
        Path = path;
        _names = names;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The same folder, for a run that creates further files there.</summary>
    /// <param name="names">Their names.</param>
    public RunFolder With(IReadOnlyList<string> names) => new(Path, [.. _names.Union(names)]);

    /// <summary>The path of a file or folder in it.</summary>
    /// <param name="name">Its name.</param>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of the files and folders that are there.</summary>
    internal IReadOnlyList<string> Existing => [.. _names.Where(name => System.IO.Path.Exists(this[name]))];

    /// <summary>Moves the files and folders of an earlier run into <c>earlier-N/</c>, where N is the first free number.</summary>
    /// <returns>The folder they were moved to; null if there was no earlier run.</returns>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    public string? MoveEarlierRunAside()
    {
        var names = Existing;
        if (names.Count == 0)
        {
            return null;
        }

        var number = 1;
        while (System.IO.Path.Exists(this[$"earlier-{number}"]))
        {
            number++;
        }

        var earlier = this[$"earlier-{number}"];
        Write(() =>
        {
            Directory.CreateDirectory(earlier);
            foreach (var name in names)
            {
                Directory.Move(this[name], System.IO.Path.Combine(earlier, name));
            }
        });
        return earlier;
    }

    /// <summary>Keeps other processes from training into the folder until the result is disposed or the process ends.</summary>
    /// <param name="name">The name of the lock file, which is deleted with the lock.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="ModelGenException">Another process holds the lock, or the folder cannot be written.</exception>
    internal RunLock Lock(string name)
    {
        RunLock? taken = null;
        Write(() => taken = RunLock.Take(this[name], Path));
        return taken!;
    }

    /// <summary>Deletes files and folders that the run will write again; missing ones are ignored.</summary>
    /// <param name="names">The names of the files and folders.</param>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    public void Remove(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        Write(() =>
        {
            foreach (var name in names)
            {
                if (Directory.Exists(this[name]))
                {
                    Directory.Delete(this[name], recursive: true);
                }
                else
                {
                    File.Delete(this[name]);
                }
            }
        });
    }

    /// <summary>Writes the copy of a file; the folder is created if missing. The copy is on the disk when this returns.</summary>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    internal void Keep(KeptFile file) =>
        Write(() => AtomicFile.Write(this[file.Name], "the copy of the spec", stream => stream.Write(file.Content)));

    /// <summary>
    /// Writes a text file into the folder, which is created if missing. The file is on the disk when this returns.
    /// </summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    public void WriteText(string name, string text) =>
        Write(() => AtomicFile.Write(this[name], "the text", stream => stream.Write(Encoding.UTF8.GetBytes(text))));

    /// <summary>Checks that no file is in the folder's way, before anything is read or computed.</summary>
    /// <exception cref="ModelGenException">The folder, or one that it is in, is a file.</exception>
    internal void CheckIsNoFile()
    {
        if (File.Exists(Path))
        {
            throw new ModelGenException($"Cannot write the run into '{Path}', which is a file; choose a folder.");
        }

        for (
            var above = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path));
            above is not null;
            above = System.IO.Path.GetDirectoryName(above)
        )
        {
            if (File.Exists(above))
            {
                throw new ModelGenException($"Cannot write the run into '{Path}', since '{above}' is a file; choose another folder.");
            }
        }
    }

    private void Write(Action write)
    {
        CheckIsNoFile();
        try
        {
            Directory.CreateDirectory(Path);
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var advice = IsOfSpace(exception) ? "free some space, or choose another folder" : "choose another folder";
            throw new ModelGenException($"Cannot write the run into '{Path}': {exception.Message.TrimEnd('.')}; {advice}.", exception);
        }
    }

    // ENOSPC and EDQUOT of Linux and of macOS, and what Windows has for a full disk.
    private static bool IsOfSpace(Exception exception) =>
        exception.HResult is 28 or 122 or 69 or unchecked((int)0x80070070) or unchecked((int)0x80070027);
}
