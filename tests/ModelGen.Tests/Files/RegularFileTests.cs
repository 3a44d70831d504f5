using System.Runtime.InteropServices;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Files;

namespace ModelGen.Tests.Files;

public sealed partial class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Each of these would wait for ever.</summary>
    [Fact]
    public async Task NoReaderWaitsForAPipe()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var name in new[] { "a", "samples.npy", "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "step-000001.safetensors" })
        {
            Assert.Equal(0, MakePipe(_folder[name], 0x1B6));
        }

        File.CreateSymbolicLink(_folder["link"], "a");
        var pipe = _folder["a"];
        await Refused($"Cannot read the text '{pipe}': ", () => TextCorpus.Read(pipe));
        await Refused("Cannot read the text", () => TextCorpus.Read(_folder["link"]));
        await Refused($"Cannot read the data file '{pipe}': ", () => TensorFiles.ReadSafetensors(pipe));
        await Refused($"Cannot read the file '{pipe}': ", () => Safetensors.Open(pipe));
        await Refused("Cannot read the checkpoint '", () => Checkpoint.OpenNewest(_folder.ToString()));
        await Refused("Cannot read the array '", () => TensorFiles.ReadNpy(_folder.ToString()));
        await Refused("Cannot read the images '", () => IdxFiles.Read(_folder.ToString()));

        _folder.Write("b.txt", "b\n"u8);
        var corpus = await Guarded(() => TextCorpus.Read(_folder.ToString()));
        Assert.Equal("b\n", corpus.ReadToEnd());
        Assert.Equal(6, corpus.Problems.Count);
        Assert.All(corpus.Problems, static problem => Assert.Equal("is a pipe or a terminal, not a file", problem.Reason));
    }

    [Fact]
    public void DevicesAreRefusedByTheirKind()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.Equal("a device", RegularFile.Otherwise("/dev/zero"));
        Assert.Equal(
            "Cannot read the text '/dev/zero': it is a device, not a file; pass the path of a file.",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read("/dev/zero")).Message
        );
        Assert.Contains("is empty", Assert.Throws<ModelGenException>(() => TextCorpus.Read("/dev/null")).Message);
    }

    [Fact]
    public void FilesAreOpenedAndFoldersAreNot()
    {
        using (var file = RegularFile.Open(_folder.Write("a", [7])))
        {
            Assert.Equal(7, file.ReadByte());
        }

        Assert.Null(RegularFile.Otherwise(_folder.Write("empty", [])));
        Assert.Equal("a folder", RegularFile.Otherwise(_folder.ToString()));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder["none"]));
    }

    private static async Task Refused(string message, Func<object> read)
    {
        var exception = await Assert.ThrowsAsync<ModelGenException>(() => Guarded(read));
        Assert.StartsWith(message, exception.Message);
        Assert.EndsWith(": it is a pipe or a terminal, not a file; pass the path of a file.", exception.Message);
    }

    /// <summary>A reader that waits fails the test instead of never ending it.</summary>
    private static Task<T> Guarded<T>(Func<T> read) => Task.Run(read).WaitAsync(TimeSpan.FromMinutes(2));

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
