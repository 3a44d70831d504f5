using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen runs</c>.</summary>
public sealed class RunsTests : IDisposable
{
    private readonly Terminal _terminal = new() { Variables = { ["LC_ALL"] = "C.UTF-8" } };

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void RunsAreATableWithTheNewestFirst()
    {
        _ = new WrittenRun(_terminal, "runs/gpt", 40, 5, 4, 3, 1.5) { Started = At(3) }
            .Manifest()
            .Evaluation(
                null,
                ("validation_loss", 1),
                ("next_token_bits_per_byte", 1.25),
                ("next_token_accuracy", 0.5),
                ("distinct_1", 0.25)
            );
        _ = new WrittenRun(_terminal, "runs/gpt/earlier-1", 40, 5, 4) { Started = At(1) }.Manifest("cancelled", 20);
        _ = new WrittenRun(_terminal, "runs/gpt/earlier-2", 40, 5, 4, 4) { Started = At(2) }.Manifest("finished early", 30);
        _ = new WrittenRun(_terminal, "runs/größe 数/vae", 3000, 250.5, 0.00125, double.NaN) { Started = At(4) }.Manifest(null);
        _terminal.Write("runs/web/manifest.json", """{ "name": "a page", "icons": [] }""");
        _terminal.Write("runs/gpt/checkpoints/manifest.json", """{ "run": {}, "sessions": [] }""");
        _terminal.Write("runs/.hidden/manifest.json", """{ "run": {}, "sessions": [] }""");

        var (code, output, error) = _terminal.Run("runs");

        Assert.Equal(
            """
            run                 model   started (UTC)     steps    state          validation loss  loss curve  evaluation
            runs/größe 数/vae   Writer  2026-03-01 04:00  30/3000  crashed        NaN              █▁!         -
            runs/gpt            Writer  2026-03-01 03:00  40/40    finished       1                █▆▄▁        next token bits per byte 1.2500, next token accuracy 0.5000
            runs/gpt/earlier-2  Writer  2026-03-01 02:00  30/40    stopped early  3.5000           █▁▁         -
            runs/gpt/earlier-1  Writer  2026-03-01 01:00  20/40    stopped        3.5000           █▁          -

            """,
            output
        );
        Assert.Equal((0, ""), (code, error));

        // A path is one that other verbs take, wherever the search begins.
        Assert.Equal(output, _terminal.Run("runs", ".").Output);
        Assert.StartsWith("runs/gpt  ", _terminal.Run("runs", "runs/gpt").Output.Split('\n')[1]);
    }

    [Fact]
    public void OnANarrowTerminalColumnsGiveWayAndRunsStandBelowEachOther()
    {
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2, 1).Manifest("cancelled", 30);
        _ = new WrittenRun(_terminal, "runs/b", 40, 3, 2).Manifest("cancelled", 20);
        if (_terminal.Show(40, "runs") is not { } table)
        {
            return;
        }

        Assert.Equal(
            """
            run     steps  state    validation loss
            runs/a  30/40  stopped  0.5000
            runs/b  20/40  stopped  1.5000

            """,
            table
        );
        Assert.StartsWith(
            """
            model
              a  Writer
              b  Writer
            started (UTC)
              a  2026-03-01 12:00
              b  2026-03-01 12:00
            """,
            _terminal.Show(40, "compare runs/a runs/b")
        );
        Assert.Contains("\nmodel              Writer            Writer\n", _terminal.Show(53, "compare runs/a runs/b --force"));
    }

    [Theory]
    [InlineData("C", "@+_")]
    [InlineData("en_GB.ISO-8859-1", "@+_")]
    [InlineData("en_GB.utf8", "█▅▁")]
    [InlineData("", "█▅▁")]
    public void ATerminalWithoutUnicodeGetsACurveInAscii(string locale, string curve)
    {
        _terminal.Variables["LC_ALL"] = locale;
        _terminal.Variables["LC_CTYPE"] = "";
        _terminal.Variables["LANG"] = locale;
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2, 1).Manifest();

        Assert.Contains($"  {curve}  ", _terminal.Run("runs").Output);
    }

    [Fact]
    public void ARunWhoseProcessLivesIsRunning()
    {
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2).Manifest(null);
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        _terminal.Write("runs/a/run.lock", $"{Environment.ProcessId} {now} {Environment.MachineName}\n");
        Assert.Equal(("running", 0, 20), StateOf("runs/a"));

        // A dead process has left the file behind; nobody holds it.
        using var dead = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        dead.WaitForExit();
        var file = _terminal.Write("runs/a/run.lock", $"{dead.Id} {now} {Environment.MachineName}\n");
        Assert.Equal(("crashed", 0, 20), StateOf("runs/a"));

        // The process cannot be seen, as in another container, but holds the file.
        using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None))
        {
            Assert.Equal(("running", 0, 20), StateOf("runs/a"));
        }

        File.WriteAllText(file, $"12 {now} elsewhere\n");
        var (code, output, _) = _terminal.Run("runs");
        Assert.Equal(1, code);
        Assert.Contains(" unknown ", output);
        Assert.EndsWith(
            "\n\nruns/a: run.lock is that of another machine, and whether the run goes on there cannot be seen from here.\n",
            output
        );
    }

    [Theory]
    [InlineData("{ half", "it is no JSON from line 1 on.")]
    [InlineData("", "it is no JSON from line 1 on.")]
    [InlineData("[1]", "it holds no JSON object.")]
    [InlineData("{}", "it has no object 'run'.")]
    [InlineData("""{ "run": 3, "sessions": [] }""", "'run' is a number and not an object.")]
    [InlineData("""{ "run": {} }""", "it has no list 'sessions'.")]
    [InlineData("""{ "run": {}, "sessions": [] }""", "its list 'sessions' is empty.")]
    [InlineData("""{ "run": {}, "sessions": [7] }""", "an entry of 'sessions' is no object.")]
    [InlineData("""{ "run": { "model": [] }, "sessions": [{}] }""", "'model' is a list and not a text.")]
    [InlineData("""{ "run": {}, "sessions": [{}] }""", "the time 'started' of a session is missing or no time.")]
    [InlineData("""{ "run": {}, "sessions": [{ "started": "2026-03-01T12:00:05Z" }] }""", "a session has no 'from_step'.")]
    [InlineData(
        """{ "run": {}, "sessions": [{ "started": "2026-03-01T12:00:05Z", "from_step": -1 }] }""",
        "'from_step' is no number of steps."
    )]
    [InlineData(
        """{ "run": {}, "sessions": [{ "started": "2026-03-01T12:00:05Z", "from_step": 0, "outcome": "lost" }] }""",
        "the outcome 'lost' of a session is none that this version knows."
    )]
    public void ADamagedManifestIsListedWithTheReasonBesideTheOthers(string manifest, string reason)
    {
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2).Manifest();
        _ = new WrittenRun(_terminal, "runs/b", 40, 3, 2);
        _terminal.Write("runs/b/manifest.json", manifest);

        Assert.Equal(
            (
                1,
                $"""
                run     model   started (UTC)     steps  state     validation loss  loss curve  evaluation
                runs/a  Writer  2026-03-01 12:00  40/40  finished  1.5000           █▁          -
                runs/b  -       -                 -      damaged   1.5000           █▁          -

                runs/b: manifest.json is damaged, or written by another version: {reason}

                """,
                ""
            ),
            _terminal.Run("runs")
        );
        var (code, output, error) = _terminal.Run("compare", "runs/a", "runs/b");
        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            $"error: The run 'runs/b' cannot be compared: manifest.json is damaged, or written by another version: {reason}\n",
            error
        );
    }

    [Theory]
    [InlineData(
        "{ \"figures\": {} }",
        "evaluation.json is damaged, or written by another version: its format is '' and not 'modelgen-evaluation-1'."
    )]
    [InlineData(
        "{ \"format\": \"modelgen-evaluation-1\", \"figures\": { \"loss\": true } }",
        "evaluation.json is damaged, or written by another version: 'loss' is no number."
    )]
    public void ADamagedEvaluationIsNotShown(string evaluation, string problem)
    {
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2).Manifest();
        _terminal.Write("runs/a/evaluation.json", evaluation);

        var (code, output, _) = _terminal.Run("runs");

        Assert.Equal(1, code);
        Assert.EndsWith($"█▁          -\n\nruns/a: {problem}\n", output);
    }

    [Fact]
    public void LinesOfMetricsThatAreLeftOutAreTold()
    {
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2).Manifest();
        var file = _terminal["runs/a/metrics.jsonl"];

        // A line that is just being written is none.
        File.AppendAllText(file, """{"step":30,"train_lo""");
        Assert.Equal(0, _terminal.Run("runs").Code);

        File.AppendAllText(file, "\n{\"step\":40,\"train_loss\":1}\n");
        var (code, output, _) = _terminal.Run("runs");
        Assert.Equal(1, code);
        Assert.EndsWith("\n\nruns/a: metrics.jsonl is damaged: 1 of its lines cannot be read and are left out.\n", output);

        File.Delete(file);
        Directory.CreateDirectory(file);
        Assert.Contains("runs/a: Cannot read the metrics: it is a folder, not a file", _terminal.Run("runs").Output);
    }

    [Fact]
    public void JsonHasEveryMeasure()
    {
        _ = new WrittenRun(_terminal, "my runs/a", 40, 3, double.NaN)
            .Sessions(("cancelled", 10), ("finished", 40))
            .Evaluation("e1", ("frechet_distance", 12.5), ("kernel_distance", "Infinity"));

        var (code, output, _) = _terminal.Run("runs", "--json", "my runs");

        Assert.Equal(0, code);
        Assert.Equal(
            """
            [{"path":"my runs/a","model":"Writer","started":"2026-03-01T12:00:05Z","state":"finished","step":40,"total_steps":40,"metrics":{"validation_loss":"NaN","train_loss":"NaN","learning_rate":0.001,"tokens_per_second":123.4},"evaluation":{"frechet_distance":12.5,"kernel_distance":"Infinity"},"problems":[]}]
            """,
            JsonSerializer.Serialize(JsonDocument.Parse(output).RootElement)
        );
    }

    [Theory]
    [InlineData("nothing", "There is no folder 'nothing'.")]
    [InlineData("empty", "The folder 'empty' has no run: no folder there has a manifest.json of a run.")]
    [InlineData("empty/notes.txt", "'empty/notes.txt' is a file, not the folder of a run, or of several.")]
    public void NothingFoundIsOneSentenceAndCodeIs1(string folder, string message)
    {
        _terminal.Write("empty/notes.txt", "");

        Assert.Equal((1, "", $"error: {message}\n"), _terminal.Run("runs", folder));
        Assert.Equal((1, "", $"error: {message}\n"), _terminal.Run("runs", folder, "--json"));
    }

    [Fact]
    public void WithoutAFolderItIsRunsAndAWrongOptionIsCode2()
    {
        Assert.Equal((1, "", "error: There is no folder 'runs'.\n"), _terminal.Run("runs"));
        Assert.Equal((2, "", "There is no option '--all'.\n'modelgen runs --help' tells more.\n"), _terminal.Run("runs", "--all"));
    }

    [Fact]
    public void LinksAreFollowedAndShowARunOnce()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _ = new WrittenRun(_terminal, "disk/b", 40, 3, 2).Manifest();
        _ = new WrittenRun(_terminal, "runs/z", 40, 3, 2).Manifest();
        Directory.CreateSymbolicLink(_terminal["runs/a"], _terminal["runs/z"]);
        Directory.CreateSymbolicLink(_terminal["runs/far"], _terminal["disk"]);
        Directory.CreateSymbolicLink(_terminal["runs/z/circle"], _terminal["runs"]);

        Assert.Equal(
            ["run", "runs/far/b", "runs/z"],
            _terminal.Run("runs").Output.TrimEnd().Split('\n').Select(static line => line.Split(' ')[0])
        );
    }

    [Fact]
    public void AFolderThatCannotBeReadIsToldBelowTheOthers()
    {
        // Nothing is closed to an administrator.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2).Manifest();
        Directory.CreateDirectory(_terminal["runs/closed"]);
        File.SetUnixFileMode(_terminal["runs/closed"], UnixFileMode.None);

        var (code, output, error) = _terminal.Run("runs");

        Assert.Equal((1, ""), (code, error));
        Assert.Contains("\nruns/a ", output);
        Assert.Contains("\n\nThe folder 'runs/closed' cannot be read: ", output);
        Assert.StartsWith("error: The folder 'runs/closed' cannot be read: ", _terminal.Run("runs", "runs/closed").Error);
        File.SetUnixFileMode(_terminal["runs/closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static DateTime At(int hour) => new(2026, 3, 1, hour, 0, 0, DateTimeKind.Utc);

    private (string State, int Code, int Step) StateOf(string path)
    {
        var (code, output, _) = _terminal.Run("runs", "--json");
        var run = JsonDocument.Parse(output).RootElement.EnumerateArray().Single(run => run.GetProperty("path").GetString() == path);
        return (run.GetProperty("state").GetString()!, code, run.GetProperty("step").GetInt32());
    }
}
