using System.Text;
using System.Text.Json;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>Runs of the whole program.</summary>
public sealed class WavesRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.Of("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItLearnsToTellTheWavesOfTheSpecAndSaysHowWell()
    {
        var run = ExampleProgram.Waves.Run("--out", Out);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var figures = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "evaluation.json"))).RootElement.GetProperty("figures");
        Assert.InRange(figures.GetProperty("validation_accuracy").GetDouble(), 0.95, 1);
        Assert.Contains("a square wave: square, ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AStoppedRunGoesOnToTheSameModel()
    {
        string[] arguments = ["--steps", "60", "--no-evaluation"];
        var whole = ExampleProgram.Waves.Run([.. arguments, "--out", _folder.Of("whole")]);
        Assert.Equal((0, ""), (whole.ExitCode, whole.Error));

        // It is asked to stop where it begins, and saves wherever that is.
        var stopped = ExampleProgram.Waves.Run(ExampleProgram.PressCtrlCAt("step 10/"), [.. arguments, "--out", Out]);
        Assert.Contains("resume the run to continue from there", stopped.Output, StringComparison.Ordinal);
        var resumed = ExampleProgram.Waves.Run([.. arguments, "--out", Out, "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Equal(Checkpoint(_folder.Of("whole")), Checkpoint(Out));
    }

    [Fact]
    public void ItReadsSignalsThatNumpySaved()
    {
        var data = _folder.Of("signals");
        Directory.CreateDirectory(data);
        const int Count = 40;
        Npy(
            "samples",
            "<f4",
            $"({Count}, 1, 128)",
            [.. Enumerable.Range(0, Count * 128).SelectMany(static i => BitConverter.GetBytes((float)Math.Sin(i)))]
        );
        Npy("labels", "|u1", $"({Count},)", [.. Enumerable.Range(0, Count).Select(static i => (byte)(i % 4))]);
        var run = ExampleProgram.Waves.Run("--data", data, "--steps", "2", "--out", Out);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        Npy("samples", "<f4", $"({Count}, 64)", new byte[Count * 64 * 4]);
        var refused = ExampleProgram.Waves.Run("--data", data, "--steps", "2", "--out", _folder.Of("another"));
        Assert.Equal(
            (
                1,
                "error: The data's samples are [64], but WaveClassifier is made for [1, 128]; change the shape in the model's "
                    + "data, or read the samples in that shape."
            ),
            (refused.ExitCode, refused.Error.Trim())
        );

        void Npy(string name, string type, string shape, byte[] content)
        {
            var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
            File.WriteAllBytes(
                Path.Combine(data, name + ".npy"),
                [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. content]
            );
        }
    }

    private static byte[] Checkpoint(string folder) => File.ReadAllBytes(Path.Combine(folder, "checkpoints", "step-000060.safetensors"));
}
