using ModelGen.Checkpoints;

namespace ModelGen.Tests;

/// <summary>A folder of a test's own, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("modelgen-").FullName;

    public string this[string name] => Path.Combine(_path, name);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>The newest checkpoint in a folder of it.</summary>
    public string Newest(string name) => StepFiles.NewestFirst(this[name])[0].Path;

    public string[] Names() =>
        [.. Directory.GetFileSystemEntries(_path).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public override string ToString() => _path;

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
