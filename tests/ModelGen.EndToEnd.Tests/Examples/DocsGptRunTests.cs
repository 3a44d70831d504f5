using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelGen.Runs;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>Runs of the whole program, with few steps on a little text.</summary>
public sealed class DocsGptRunTests(DocsGptFinishedRun finished) : IClassFixture<DocsGptFinishedRun>, IDisposable
{
    private const string Checkpoints = "checkpoints";
    private const string Evaluation = "evaluation.json";
    private const string Manifest = "manifest.json";
    private const string Metrics = "metrics.jsonl";
    private const string Samples = "samples.txt";

    private static readonly string Checkpoint = Path.Combine(Checkpoints, "step-000040.safetensors");

    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.Of("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunLearnsAndLeavesAFolderThatExplainsItself()
    {
        Assert.Equal(
            [
                Checkpoints,
                "curves.png",
                "docs-gpt.model.yaml",
                Evaluation,
                "learning-rate.png",
                Manifest,
                Metrics,
                "samples",
                Samples,
                "tensorboard",
            ],
            Directory.EnumerateFileSystemEntries(finished.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Contains("model: DocsGpt", Lines(finished.Path, "docs-gpt.model.yaml"));

        var metrics = Lines(finished.Path, Metrics).TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var trained = metrics.Where(line => line.TryGetProperty("train_loss", out _)).ToList();
        var validated = metrics.Where(line => line.TryGetProperty("validation_loss", out _)).ToList();

        // A byte that could be anything costs ln 256 = 5.55 nats; 40 steps take off a good part of it.
        Assert.Equal([10, 20, 30, 40], trained.Select(line => line.GetProperty("step").GetInt64()));
        Assert.All(trained, line => Assert.True(line.GetProperty("tokens_per_second").GetDouble() > 0));
        Assert.InRange(trained[0].GetProperty("train_loss").GetDouble(), 4.5, 5.7);
        Assert.InRange(trained[^1].GetProperty("train_loss").GetDouble(), 2, 4);
        Assert.Equal([0, 40], validated.Select(line => line.GetProperty("step").GetInt64()));
        Assert.InRange(validated[0].GetProperty("validation_loss").GetDouble(), 5.4, 5.7);
        Assert.InRange(validated[1].GetProperty("validation_loss").GetDouble(), 2, 4);
        Assert.Equal(["step", "validation_loss"], metrics[^1].EnumerateObject().Select(property => property.Name));

        // Up in a line for 100 steps.
        Assert.All(trained, line =>
            Assert.Equal(1e-3 * line.GetProperty("step").GetInt64() / 101, line.GetProperty("learning_rate").GetDouble(), 1e-12)
        );
    }

    [Fact]
    public void TheTrainedModelIsMeasuredByTheTextHeldBack()
    {
        var evaluation = JsonDocument.Parse(Lines(finished.Path, Evaluation)).RootElement;
        var figures = evaluation.GetProperty("figures");
        var loss = JsonDocument
            .Parse(Lines(finished.Path, Metrics).TrimEnd().Split('\n')[^1])
            .RootElement.GetProperty("validation_loss")
            .GetDouble();

        Assert.Equal("DocsGpt", evaluation.GetProperty("model").GetString());
        Assert.Equal(loss, figures.GetProperty("validation_loss").GetDouble());
        Assert.Equal(Math.Exp(loss), figures.GetProperty("validation_perplexity").GetDouble(), 1e-9);
        Assert.Equal(loss / Math.Log(2), figures.GetProperty("validation_bits_per_byte").GetDouble(), 1e-9);
        Assert.Equal(2102, evaluation.GetProperty("counts").GetProperty("validation_bytes").GetInt32());
        Assert.Contains("  validation perplexity ", finished.Ended.Output);

        // Each byte but the first is predicted, and 9 pieces of 232 bytes fit in. What more context gives, 40 steps do not yet teach.
        Assert.InRange(figures.GetProperty("next_token_loss").GetDouble(), loss - 0.1, loss + 0.1);
        Assert.InRange(figures.GetProperty("next_token_accuracy").GetDouble(), 0.05, 0.6);
        // It is right more often than it dares to say.
        Assert.InRange(figures.GetProperty("next_token_calibration_error").GetDouble(), 0.1, 0.6);
        Assert.Equal(2102, evaluation.GetProperty("counts").GetProperty("next_token_bytes").GetInt32());
        Assert.Equal(9, evaluation.GetProperty("counts").GetProperty("samples").GetInt32());

        // The text repeats itself all the time; after 40 steps the model does not yet know it.
        Assert.InRange(figures.GetProperty("overlap_share").GetDouble(), 0, 0.1);
        Assert.InRange(figures.GetProperty("overlap_share_of_held_out_text").GetDouble(), 0.9, 1);
        Assert.True(
            figures.GetProperty("longest_overlap").GetDouble() < figures.GetProperty("longest_overlap_of_held_out_text").GetDouble()
        );
        Assert.True(figures.GetProperty("self_bleu").GetDouble() < figures.GetProperty("self_bleu_of_held_out_text").GetDouble());
        Assert.Contains("  longest overlap of held out text ", finished.Ended.Output);
    }

    [Fact]
    public void TheSamplesOfStepsShowHowTheModelLearns()
    {
        var samples = Directory.EnumerateFiles(Path.Combine(finished.Path, "samples")).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(
            ["step-000000.txt", "step-000010.txt", "step-000020.txt", "step-000030.txt", "step-000040.txt"],
            samples.Select(Path.GetFileName)
        );
        Assert.All(samples, sample => Assert.InRange(File.ReadAllText(sample).Length, 100, 150));

        // The text has few letters; at first any byte is as likely as another.
        Assert.True(Plain(samples[^1]) > 2 * Plain(samples[0]));

        static int Plain(string file) => File.ReadAllText(file).Count(letter => letter is ' ' or >= 'a' and <= 'z');
    }

    [Fact]
    public void TheSameStepsAreInTensorBoardsFile()
    {
        // Its messages name each value in plain letters behind their number; that they are right is tested where they are written.
        var events = Encoding.Latin1.GetString(
            File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(finished.Path, "tensorboard")).Single())
        );

        foreach (
            var (tag, count) in new[]
            {
                ("train_loss", 4),
                ("validation_loss", 2),
                ("learning_rate", 4),
                ("tokens_per_second", 4),
                ("texts", 5),
            }
        )
        {
            Assert.Equal(count, Regex.Count(events, (char)tag.Length + tag));
        }
    }

    [Fact]
    public void ALearningRateIsFoundWithoutTouchingARun()
    {
        var run = ExampleProgram.DocsGpt.Run("--data", finished.Text, "--find-learning-rate", "--steps", "60", "--out", Out);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Equal(
            ["learning-rates.jsonl", "learning-rates.png"],
            Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        var suggestion = Regex.Match(run.Output, @"suggested learning rate: (\S+), a tenth of the one with the lowest loss");
        Assert.InRange(double.Parse(suggestion.Groups[1].Value, CultureInfo.InvariantCulture), 1e-4, 2e-2);
        Assert.Contains(Path.Combine(Out, "learning-rates.png"), run.Output);
    }

    [Fact]
    public void TheSamplesOnTheScreenAreThoseInTheFile()
    {
        // Control characters are shown, of which a page break is also the end of a line.
        var samples = ConsoleText.Printable(File.ReadAllText(Path.Combine(finished.Path, Samples))).ReplaceLineEndings("\n");

        Assert.Contains("---- sample 1 ----", samples);
        Assert.Contains("---- sample 3 ----", samples);
        Assert.True(samples.Length > 1500);
        Assert.Contains(samples, finished.Ended.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void TheSameRunTwiceIsTheSameRun()
    {
        Assert.Equal(0, ExampleProgram.DocsGpt.Run(finished.ArgumentsFor(Out)).ExitCode);

        Assert.Equal(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));
        Assert.Equal(Bytes(finished.Path, Samples), Bytes(Out, Samples));
    }

    [UnixFact]
    public void CtrlCSavesAndTheResumedRunEndsInTheSameBytes()
    {
        // As training begins: the run is short, and the key may be late.
        var stopped = ExampleProgram.DocsGpt.Run(ExampleProgram.PressCtrlCAt("step 0/"), finished.ArgumentsFor(Out));

        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Error));
        Assert.Matches(@"stopped at step \d+ of 40; resume the run to continue from there", stopped.Output);
        Assert.False(File.Exists(Path.Combine(Out, Checkpoint)));
        Assert.False(File.Exists(Path.Combine(Out, Samples)));

        var resumed = ExampleProgram.DocsGpt.Run([.. finished.ArgumentsFor(Out), "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Contains("resumed at step", resumed.Output);
        Assert.Equal(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));
        Assert.Equal(Bytes(finished.Path, Samples), Bytes(Out, Samples));
        Assert.Equal(Lines(finished.Path, Metrics).TrimEnd().Split('\n')[^1], Lines(Out, Metrics).TrimEnd().Split('\n')[^1]);
        Assert.False(Directory.Exists(Path.Combine(Out, "earlier-1")));
    }

    [Fact]
    public void ANewRunMovesTheEarlierOneAsideAndAnotherSeedGivesOtherBytes()
    {
        finished.CopyTo(Out);
        File.WriteAllText(Path.Combine(Out, "notes.txt"), "a person's own");
        Directory.CreateDirectory(Path.Combine(Out, "earlier-1"));

        var second = ExampleProgram.DocsGpt.Run([.. finished.ArgumentsFor(Out), "--seed", "2"]);

        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.Contains($"moved the earlier run to {Path.Combine(Out, "earlier-2")}", second.Output);
        Assert.Equal(Files(finished.Path), Files(Path.Combine(Out, "earlier-2")));
        Assert.Equal("a person's own", File.ReadAllText(Path.Combine(Out, "notes.txt")));
        Assert.NotEqual(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));
        Assert.NotEqual(Bytes(finished.Path, Samples), Bytes(Out, Samples));
    }

    [UnixFact]
    public void ASecondRunInTheFolderOfALivingOneIsRefusedAndChangesNothing()
    {
        ExampleProgram.Ended? second = null;
        var holder = 0;
        var first = ExampleProgram.DocsGpt.Run(
            output =>
            {
                if (!output.Line.StartsWith("step 0/", StringComparison.Ordinal))
                {
                    return;
                }

                holder = output.Process;
                second = ExampleProgram.DocsGpt.Run(finished.ArgumentsFor(Out));
            },
            [.. finished.ArgumentsFor(Out)]
        );

        Assert.Equal(1, second!.ExitCode);
        Assert.Matches(
            $@"^error: The run folder '.+' is in use: process {holder} on host .+ since .+ UTC is training into it; wait for it, stop it, or "
                + "choose another folder\\.\n$",
            second.Error
        );
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));
        Assert.False(Directory.Exists(Path.Combine(Out, "earlier-1")));
        Assert.False(File.Exists(Path.Combine(Out, "run.lock")));
    }

    [UnixFact]
    public void WhatAKilledRunLeavesIsNoObstacle()
    {
        var killed = ExampleProgram.DocsGpt.Run(
            static output =>
            {
                if (output.Line.StartsWith("step 0/", StringComparison.Ordinal))
                {
                    using var process = Process.GetProcessById(output.Process);
                    process.Kill();
                }
            },
            finished.ArgumentsFor(Out)
        );

        Assert.NotEqual(0, killed.ExitCode);
        Assert.True(File.Exists(Path.Combine(Out, "run.lock")));

        var resumed = ExampleProgram.DocsGpt.Run([.. finished.ArgumentsFor(Out), "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Equal(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));
        Assert.False(File.Exists(Path.Combine(Out, "run.lock")));
    }

    [UnixFact]
    public void CtrlCBeforeTrainingSaysThatNothingIsWritten()
    {
        var run = ExampleProgram.DocsGpt.Run(ExampleProgram.PressCtrlCAt("read "), finished.ArgumentsFor(Out));

        // The key may be late: then the first checkpoint is there, and is told.
        Assert.Equal((130, ""), (run.ExitCode, run.Error));
        Assert.Matches(
            Directory.Exists(Out)
                ? @"stopped at step \d+ of 40; resume the run to continue from there .*\n$"
                : @"stopped before training began; nothing was written, so the same command starts again\n$",
            run.Output
        );
    }

    [UnixFact]
    public void TheDocumentationOfDotnetIsTheDefaultText()
    {
        // Stopped when training begins: the end of a run would measure all 200,000 held-back bytes.
        var run = ExampleProgram.DocsGpt.Run(ExampleProgram.PressCtrlCAt("training for 2000 steps"), "--out", Out);

        Assert.Equal(("", 130), (run.Error, run.ExitCode));
        Assert.Matches(@"read the documentation of \.NET: \d+ files, \d+\.\d MB of XML", run.Output);
        Assert.Matches(@"-\d+,\d\d\d dropped: exact duplicates", run.Output);
        Assert.Matches(@"\d+,\d\d\d kept, 2\.0 MB", run.Output);
    }

    [Fact]
    public void HelpAnswersWithoutRunning()
    {
        var help = ExampleProgram.DocsGpt.Run("--help");

        Assert.Equal(("", 0), (help.Error, help.ExitCode));
        foreach (
            var word in new[]
            {
                "--data",
                "--epochs",
                "--steps",
                "--out",
                "--seed",
                "--device",
                "--resume",
                "--no-evaluation",
                "--find-learning-rate",
                "--help",
                "Exit codes",
            }
        )
        {
            Assert.Contains(word, help.Output);
        }
    }

    [Fact]
    public void WrongArgumentsEndWithCode2()
    {
        var run = ExampleProgram.DocsGpt.Run("--stepz", "3");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal("error: there is no option --stepz; did you mean --steps? --help lists the options.", run.Error.TrimEnd());
    }

    [Fact]
    public void AMissingTextIsAClearError() => AssertRefused("The text '{0}' does not exist", "--data", _folder.Of("nowhere.txt"));

    [Fact]
    public void AnEmptyTextIsAClearError() => AssertRefused("The file '{0}' is empty", "--data", _folder.Write("", "empty.txt"));

    [Fact]
    public void AnEmptyFolderIsAClearError() =>
        AssertRefused("The folder '{0}' holds no text", "--data", Directory.CreateDirectory(_folder.Of("nothing")).FullName);

    [Fact]
    public void ATextThatIsNotUtf8IsAClearError()
    {
        var path = _folder.Of("latin1.txt");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("Voilà, un texte."));

        AssertRefused("The file '{0}' is not UTF-8: byte 4 ", "--data", path);
    }

    [Fact]
    public void ATextShorterThanAContextIsAClearErrorAndTheEarlierRunStays()
    {
        finished.CopyTo(Out);

        AssertRefused("The text is too short", "--data", _folder.Write("Too short for 64 bytes in its tenth.", "short.txt"));

        Assert.Equal(Files(finished.Path), Files(Out));
        Assert.Equal(
            ["checkpoints", "samples", "tensorboard"],
            Directory.EnumerateDirectories(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void NothingToResumeIsAClearError() => AssertRefused("There is no checkpoint", "--data", finished.Text, "--resume");

    [Fact]
    public void AnOutFolderThatIsAFileIsAClearError() =>
        AssertRefused("Cannot write the run into '{0}'", "--data", finished.Text, "--out", finished.Text);

    [Fact]
    public void ACheckpointOfAnotherModelIsAClearErrorAndKept()
    {
        // The same file under another model's name, with other names for its tensors, and hashed anew.
        finished.CopyTo(Out);
        var bytes = Bytes(Out, Checkpoint);
        var header = Encoding
            .UTF8.GetString(bytes, 8, (int)BitConverter.ToInt64(bytes, 0))
            .Replace("\"DocsGpt\"", "\"SongGpt\"")
            .Replace("weight\"", "height\"");
        var digits = header.IndexOf("\"sha256\":\"", StringComparison.Ordinal) + "\"sha256\":\"".Length;
        Encoding.UTF8.GetBytes(header).CopyTo(bytes, 8);
        bytes.AsSpan(8 + digits, 64).Fill((byte)'0');
        Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes))).CopyTo(bytes, 8 + digits);
        File.WriteAllBytes(Path.Combine(Out, Checkpoint), bytes);

        var error = AssertRefused(
            "The checkpoint '{1}' does not belong to this run: it belongs to the model SongGpt",
            [.. finished.ArgumentsFor(Out), "--resume"]
        );

        Assert.Contains("not to this DocsGpt", error);
        Assert.Equal(bytes, Bytes(Out, Checkpoint));
    }

    [Fact]
    public void ADamagedCheckpointIsToldAndAnOlderOneUsed()
    {
        finished.CopyTo(Out);
        File.WriteAllText(Path.Combine(Out, Checkpoint), "half of something");

        var resumed = ExampleProgram.DocsGpt.Run([.. finished.ArgumentsFor(Out), "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Contains("note: the checkpoint 'step-000040.safetensors' is damaged (", resumed.Output);
        Assert.Contains("); an older one is used, 'step-000000.safetensors'", resumed.Output);
        Assert.Contains("resumed at step 0/40", resumed.Output);
        Assert.Equal(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));
    }

    [Fact]
    public void DamagedCheckpointsAloneAreAClearErrorAndKept()
    {
        finished.CopyTo(Out);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Out, Checkpoints)))
        {
            File.WriteAllText(file, "half of something");
        }

        var error = AssertRefused(
            "No checkpoint in '{2}' is intact: 'step-000040.safetensors' is damaged (",
            [.. finished.ArgumentsFor(Out), "--resume"]
        );

        Assert.Contains("'step-000000.safetensors' is damaged (", error);
        Assert.Equal("half of something", File.ReadAllText(Path.Combine(Out, Checkpoint)));
    }

    [Fact]
    public void TheManifestTellsWhatTheRunIsMadeOfAndEverySession()
    {
        finished.CopyTo(Out);
        Assert.Equal(0, ExampleProgram.DocsGpt.Run([.. finished.ArgumentsFor(Out), "--resume"]).ExitCode);

        var manifest = JsonDocument.Parse(Lines(Out, Manifest)).RootElement;
        var spec = Bytes(Out, "docs-gpt.model.yaml");
        Assert.Equal("docs-gpt.model.yaml", manifest.GetProperty("spec").GetProperty("file").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(spec)), manifest.GetProperty("spec").GetProperty("sha256").GetString());
        var run = manifest.GetProperty("run");
        foreach (
            var (name, value) in new[]
            {
                ("model", "DocsGpt"),
                ("seed", "1"),
                ("duration", "40 steps"),
                ("training.batch-size", "12"),
                ("training.optimizer", "AdamW"),
                ("training.optimizer.learning-rate", "0.001"),
                ("training.schedule.warmup", "100 steps"),
            }
        )
        {
            Assert.Equal(value, run.GetProperty(name).GetString());
        }

        Assert.Matches("^[0-9a-f]{64}$", run.GetProperty("data").GetString());
        var sessions = manifest.GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal([0, 40], sessions.Select(static session => session.GetProperty("from_step").GetInt64()));
        Assert.All(sessions, static session =>
        {
            Assert.Equal(("finished", 40), (session.GetProperty("outcome").GetString(), session.GetProperty("to_step").GetInt64()));
            Assert.Equal(
                ("0.107.0", "2.10.0", "cpu"),
                (
                    session.GetProperty("torchsharp").GetString(),
                    session.GetProperty("libtorch").GetString(),
                    session.GetProperty("device").GetString()
                )
            );
            foreach (var name in new[] { "started", "ended", "modelgen", "dotnet", "os" })
            {
                Assert.NotEqual("", session.GetProperty(name).GetString());
            }
        });
        var last = JsonDocument.Parse(Lines(finished.Path, Metrics).TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(
            last.GetProperty("validation_loss").GetDouble(),
            manifest.GetProperty("final").GetProperty("validation_loss").GetDouble()
        );
    }

    [Fact]
    public void OtherDataOrAnotherSeedAreClearErrorsOnResume()
    {
        finished.CopyTo(Out);
        var text = _folder.Write(File.ReadAllText(finished.Text) + "More.", "more.txt");

        AssertRefused(
            "The checkpoint '{1}' does not belong to this run: it was trained on other data",
            "--data",
            text,
            "--steps",
            "40",
            "--resume"
        );
        AssertRefused(
            "The checkpoint '{1}' does not belong to this run: seed was 1 and is 2;",
            "--data",
            finished.Text,
            "--steps",
            "40",
            "--resume",
            "--seed",
            "2"
        );
    }

    [UnixFact("/dev/full")]
    public void AFullDiskKeepsTheEarlierCheckpoint()
    {
        finished.CopyTo(Out);

        // Linux's device that is always full stands in for the disk: a checkpoint is written under this name first.
        File.CreateSymbolicLink(Path.Combine(Out, Checkpoints, "step-000041.safetensors.tmp"), "/dev/full");
        AssertRefused("Cannot save the checkpoint '{2}/step-000041.safetensors'", "--data", finished.Text, "--steps", "41", "--resume");

        Assert.Equal(Bytes(finished.Path, Checkpoint), Bytes(Out, Checkpoint));

        // What stood in the way is gone, and the run goes on.
        Assert.Equal(0, ExampleProgram.DocsGpt.Run("--data", finished.Text, "--steps", "41", "--resume", "--out", Out).ExitCode);
    }

    /// <summary>One sentence on standard error, exit code 1, and no stack trace anywhere.</summary>
    private string AssertRefused(string message, params string[] arguments)
    {
        var run = ExampleProgram.DocsGpt.Run(arguments.Contains("--out") ? arguments : [.. arguments, "--out", Out]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(
            "error: " + string.Format(message, arguments[1], Path.Combine(Out, Checkpoint), Path.Combine(Out, Checkpoints)),
            run.Error
        );
        Assert.EndsWith(".", Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.DoesNotContain("   at ", run.Error + run.Output);

        return run.Error;
    }

    private static Dictionary<string, byte[]> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);

    private static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(folder, file));

    private static string Lines(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n");
}
