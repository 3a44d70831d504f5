using Xunit;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>A little text and one whole run on it, made once for the tests that look at it or go on from a copy of it.</summary>
public sealed class DocsGptFinishedRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DocsGptFinishedRun()
    {
        // 21,024 bytes, of which the last 2,103 are held back.
        Text = _folder.Write(
            string.Concat(
                Enumerable
                    .Range(0, 288)
                    .Select(i => $"Gets the number of entries in list {i % 24:D2}.\nReturns: the count.\n\nRemoves all.\n")
            ),
            "corpus.txt"
        );
        Ended = ExampleProgram.DocsGpt.Run(ArgumentsFor(Path));
        Assert.Equal(("", 0), (Ended.Error, Ended.ExitCode));
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The run's folder.</summary>
    public string Path => _folder.Of("run");

    internal ExampleProgram.Ended Ended { get; }

    /// <summary>What the program is told to repeat the run elsewhere.</summary>
    public string[] ArgumentsFor(string folder) => ["--data", Text, "--steps", "40", "--out", folder];

    /// <summary>Copies the run's files.</summary>
    public void CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var copy = System.IO.Path.Combine(folder, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => _folder.Dispose();
}
