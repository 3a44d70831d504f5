namespace ModelGen.Benchmarks.Decoding;

/// <summary>A file that is gone after its use.</summary>
internal sealed class TemporaryFile(string name) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelgen-");

    public string Path => System.IO.Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
