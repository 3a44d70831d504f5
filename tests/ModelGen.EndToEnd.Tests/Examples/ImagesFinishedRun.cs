namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>A few images and one whole run on them, made once for the tests that look at it or repeat it.</summary>
public sealed class ImagesFinishedRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImagesFinishedRun()
    {
        DrawnDigitFiles.Write(Data, training: 300, test: 100);
        Ended = ExampleProgram.Images.Run(ArgumentsFor(Path));
        Assert.Equal(("", 0), (Ended.Error, Ended.ExitCode));
    }

    /// <summary>The folder of IDX files: 300 digits to learn from, 100 to test on.</summary>
    public string Data => _folder.Of("data");

    /// <summary>The run's folder.</summary>
    public string Path => _folder.Of("run");

    internal ExampleProgram.Ended Ended { get; }

    /// <summary>What the program is told to repeat the run elsewhere.</summary>
    public string[] ArgumentsFor(string folder) => ["vae", "--data", Data, "--steps", "40", "--out", folder];

    public void Dispose() => _folder.Dispose();
}
