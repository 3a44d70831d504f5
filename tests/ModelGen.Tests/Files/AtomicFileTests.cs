using ModelGen.Files;

namespace ModelGen.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheWholeFileAppearsAtOnceAndNothingElseStays()
    {
        _folder.Write("file.tmp", "left behind by a killed process"u8);
        _folder.Write("file", "old"u8);
        AtomicFile.Write(_folder["file"], "the file", stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(_folder["file"]));
        });
        Assert.Equal("new", File.ReadAllText(_folder["file"]));
        Assert.Equal(["file"], _folder.Names());
    }

    [Fact]
    public void MissingFoldersAreCreated()
    {
        AtomicFile.Write(_folder["a/b/file"], "the file", static stream => stream.Write("x"u8));
        Assert.Equal("x", File.ReadAllText(_folder["a/b/file"]));
    }

    [Fact]
    public void AFailureInTheMiddleKeepsTheEarlierFile()
    {
        _folder.Write("file", "old"u8);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["file"], "the file", static stream =>
            {
                stream.Write("half"u8);
                throw new InvalidOperationException();
            }));
        Assert.Equal("old", File.ReadAllText(_folder["file"]));
        Assert.Equal(["file"], _folder.Names());
    }

    [Fact]
    public void AFullDiskIsSaidInOneSentenceAndKeepsTheEarlierFile()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux has /dev/full, the device on which every write fails for lack of space
        }

        _folder.Write("file", "old"u8);
        File.CreateSymbolicLink(_folder["file.tmp"], "/dev/full");
        var message = Assert
            .Throws<ModelGenException>(() =>
                AtomicFile.Write(_folder["file"], "the checkpoint", static stream => stream.Write(new byte[1 << 20]))
            )
            .Message;
        Assert.StartsWith($"Cannot save the checkpoint '{_folder["file"]}': No space left on device", message);
        Assert.Contains("the earlier file is untouched", message);
        Assert.Equal("old", File.ReadAllText(_folder["file"]));
        Assert.Equal(["file"], _folder.Names());
        Assert.True(File.Exists("/dev/full"));
    }

    [Fact]
    public void AFolderThatIsAFileIsSaid()
    {
        var path = Path.Combine(_folder.Write("folder", []), "file");
        Assert.StartsWith(
            $"Cannot save the checkpoint '{path}'",
            Assert.Throws<ModelGenException>(() => AtomicFile.Write(path, "the checkpoint", static _ => { })).Message
        );
    }

    [Fact]
    public void TwoWritersOfOneFileDoNotMix() => AtomicFile.Write(_folder["file"], "the file", stream =>
        {
            stream.Write("first"u8);
            if (OperatingSystem.IsWindows())
            {
                return; // there the inner writer could not even delete the outer one's file
            }

            Assert.Throws<ModelGenException>(() => AtomicFile.Write(_folder["file"], "the file", static inner => inner.Write("second"u8)));
        });
}
