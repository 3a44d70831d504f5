using System.Text.Json;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>A run of the whole program.</summary>
public sealed class DenoiserRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItsOwnModuleLossAndMetricAreTrainedMeasuredAndTheSameAsAttributes()
    {
        var run = ExampleProgram.Denoiser.Run("--out", _folder.Of("out"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("has the same fingerprint and gives the same signals", run.Output, StringComparison.Ordinal);
        var figures = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(_folder.Of("out"), "evaluation.json")))
            .RootElement.GetProperty("figures");

        // Uniform noise of 0.2 alone is a ratio of 10 log10(4 / (0.2² / 3)) = 24.8 decibels.
        Assert.InRange(figures.GetProperty("validation_psnr").GetDouble(), 28, 40);
    }
}
