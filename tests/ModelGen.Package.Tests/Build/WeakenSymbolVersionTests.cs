using ModelGen.Build;

namespace ModelGen.Package.Tests.Build;

public sealed class WeakenSymbolVersionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BuildLog _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesAWeakenedCopyAndOnlyReadsTheSource()
    {
        var source = CopyOfPublished();
        var before = File.ReadAllBytes(source);

        Assert.True(Weaken(source, _folder.File("new/folder/copy.so")), _log.Text);

        Assert.Equal(before, File.ReadAllBytes(source));
        Assert.Single(Needs(_folder.File("new/folder/copy.so")), need => need.IsWeak);
        Assert.Equal(["copy.so"], Directory.GetFiles(_folder.File("new/folder")).Select(Path.GetFileName));
    }

    [Fact]
    public void ReplacesALinkInsteadOfWritingThroughIt()
    {
        var source = CopyOfPublished();
        var cached = _folder.File("cached.so");
        File.WriteAllText(cached, "the package cache's file");
        var destination = _folder.File("linked.so");
        try
        {
            File.CreateSymbolicLink(destination, cached);
        }
        catch (Exception error) when (OperatingSystem.IsWindows() && error is IOException or UnauthorizedAccessException)
        {
            return; // Windows lets only administrators and developers make links.
        }

        Assert.True(Weaken(source, destination), _log.Text);

        Assert.Equal("the package cache's file", File.ReadAllText(cached));
        Assert.Null(new FileInfo(destination).LinkTarget);
        Assert.Single(Needs(destination), need => need.IsWeak);
    }

    [Fact]
    public void SaysWhichFileIsDamagedAndLeavesTheOldCopy()
    {
        var source = _folder.File("damaged.so");
        File.WriteAllText(source, "no library at all");
        var destination = _folder.File("copy.so");
        File.WriteAllText(destination, "the last good copy");

        Assert.False(Weaken(source, destination));

        var error = Assert.Single(_log.Errors);
        Assert.Equal(
            $"MG8001: '{source}' cannot be made loadable on older systems: it does not start with an ELF header; "
                + "delete the package's folder and restore it again",
            error
        );

        // The rule's page shows what this looks like.
        Assert.Contains(
            $"/libLibTorchSharp.so{error[error.IndexOf("' cannot", StringComparison.Ordinal)..]}\n",
            File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnostics", "MG8001.md")).ReplaceLineEndings("\n"),
            StringComparison.Ordinal
        );
        Assert.Equal("the last good copy", File.ReadAllText(destination));
    }

    [Fact]
    public void SaysWhichFileIsMissing()
    {
        Assert.False(Weaken(_folder.File("nowhere.so"), _folder.File("copy.so")));

        Assert.StartsWith(
            $"MG8001: '{_folder.File("nowhere.so")}' could not be copied to",
            Assert.Single(_log.Errors),
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(_folder.File("copy.so")));
    }

    private static IReadOnlyList<ElfVersionNeed> Needs(string path) => new ElfImage(File.ReadAllBytes(path)).ReadVersionNeeds();

    private string CopyOfPublished()
    {
        var copy = _folder.File("published.so");
        File.Copy(Repository.PublishedLibrary, copy);
        return copy;
    }

    private bool Weaken(string source, string destination) =>
        new WeakenSymbolVersion
        {
            BuildEngine = _log,
            Source = source,
            Destination = destination,
            Library = "libstdc++.so.6",
            SymbolVersion = "GLIBCXX_3.4.32",
        }.Execute();
}
