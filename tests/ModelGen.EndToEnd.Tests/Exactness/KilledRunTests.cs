using System.Globalization;
using System.Text.Json;
using ModelGen.Checkpoints;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Exactness;

/// <summary>A run killed at any moment and resumed ends in the same bytes as one that never was.</summary>
public class KilledRunTests : IDisposable
{
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("MODELGEN_KILL_COUNT") ?? "2",
        CultureInfo.InvariantCulture
    );

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => [.. SmallRun.Models];

    public void Dispose() => _folder.Dispose();

    /// <summary>MODELGEN_KILL_COUNT says how often each model's run is killed.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void ARunKilledAtAnyMomentEndsInTheSameBytes(string model)
    {
        var never = _folder.Of("never");
        var threads = get_num_threads();
        SmallRun.Train(model, never, isResumed: false, new Silent());
        set_num_threads(threads);

        // A run prints some 80 lines: one for each step, and one for each checkpoint. One in ten is killed while it starts.
        var random = new Random(SmallRun.Models.ToList().IndexOf(model));
        var (kills, runs) = (0, 0);
        while (kills < Kills)
        {
            var folder = _folder.Of($"run{runs++}");
            var isKilled = true;
            while (isKilled)
            {
                var lines = random.Next(10) == 0 ? 0 : random.Next(1, 70);
                isKilled = KilledProcess.Run(model, folder, kills < Kills ? lines : null, random.Next(lines == 0 ? 1500 : 25));
                kills += isKilled ? 1 : 0;
                CheckWhatIsThere(folder);
            }

            Assert.Equal(File.ReadAllBytes(Last(never)), File.ReadAllBytes(Last(folder)));
            Assert.Equal(Metrics(never), Metrics(folder));
            using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, SmallRun.Manifest)));
            using var other = JsonDocument.Parse(File.ReadAllText(Path.Combine(never, SmallRun.Manifest)));
            Assert.Equal(other.RootElement.GetProperty("run").ToString(), manifest.RootElement.GetProperty("run").ToString());
            Assert.Equal(other.RootElement.GetProperty("final").ToString(), manifest.RootElement.GetProperty("final").ToString());
        }

        Assert.Equal(Kills, kills);
    }

    // After a kill every finished file is whole; of the newest checkpoints at most one is unfinished, under another name.
    private static void CheckWhatIsThere(string folder)
    {
        if (File.Exists(Path.Combine(folder, SmallRun.Manifest)))
        {
            JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, SmallRun.Manifest))).Dispose();
        }

        if (!Directory.Exists(Path.Combine(folder, SmallRun.Checkpoints)))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, SmallRun.Checkpoints), "*.safetensors"))
        {
            Checkpoints.Checkpoint.Open(file).Dispose();
        }

        Assert.InRange(Directory.EnumerateFiles(Path.Combine(folder, SmallRun.Checkpoints), "*.tmp").Count(), 0, 1);

        // What led to a checkpoint is there with it.
        if (StepFiles.NewestFirst(Path.Combine(folder, SmallRun.Checkpoints)) is [var (step, _), ..])
        {
            var steps = Enumerable.Range(1, (int)step).Select(static made => (long)made).ToList();
            Assert.Equal(steps, Trained(MetricsFile.Read(Path.Combine(folder, SmallRun.Metrics))).TakeWhile(made => made <= step));
            var events = Directory
                .EnumerateFiles(Path.Combine(folder, SmallRun.Events))
                .Where(static file => !file.EndsWith(".tmp", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Last();
            Assert.Superset(
                steps.ToHashSet(),
                EventFile
                    .Read(events)
                    .Where(static each => each.Summary?.Value.Any(static value => value.Tag == "learning_rate") == true)
                    .Select(static each => each.Step)
                    .ToHashSet()
            );
        }
    }

    private static IEnumerable<long> Trained(IReadOnlyList<Curve> curves) =>
        curves.SingleOrDefault(static curve => curve.Name == "learning_rate")?.Points.Select(static point => point.Step) ?? [];

    private static string Last(string folder) => Path.Combine(folder, SmallRun.Checkpoints, $"step-{SmallRun.Steps:D6}.safetensors");

    /// <summary>The lines of the metrics without the speed and the memory, which are never the same.</summary>
    private static IEnumerable<string> Metrics(string folder) =>
        File.ReadLines(Path.Combine(folder, SmallRun.Metrics))
            .Select(static line =>
            {
                using var document = JsonDocument.Parse(line);
                return string.Join(
                    ' ',
                    document
                        .RootElement.EnumerateObject()
                        .Where(static property =>
                            property.Name != "peak_memory_bytes" && !property.Name.EndsWith("_per_second", StringComparison.Ordinal)
                        )
                );
            });

    private sealed class Silent : TrainingObserver;
}
