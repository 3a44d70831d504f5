using System.Security.Cryptography;
using System.Text;
using ModelGen.Checkpoints;
using ModelGen.Runs;
using ModelGen.Tests.Training;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Checkpoints;

/// <summary>The files of a run: what damage does to them, which are kept, which is taken.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 0.02, Epsilon = 1e-2 },
        BatchSize = 4,
        Duration = Duration.Steps(12),
        Validation = new ValidationOptions { Fraction = 0.5 },
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(2), Keep = 3 },
        Average = 0.9,
    };

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheHashIsOfEveryByteWithZerosInItsOwnPlace()
    {
        Train();
        var bytes = File.ReadAllBytes(_folder.Newest("run"));
        var text = Encoding.Latin1.GetString(bytes);
        var digits = text.IndexOf("\"sha256\":\"", StringComparison.Ordinal) + 10;
        var saved = text.Substring(digits, 64);
        bytes.AsSpan(digits, 64).Fill((byte)'0');
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), saved);
    }

    [Fact]
    public void AFileCutOffAnywhereIsRefused()
    {
        Train();
        var whole = File.ReadAllBytes(_folder.Newest("run"));
        for (var length = 0; length < whole.Length; length++)
        {
            AssertRefused(whole[..length]);
        }

        AssertRefused([.. whole, 0]);
    }

    [Fact]
    public void AFileWithOneChangedBitIsRefusedWhereverItIs()
    {
        Train();
        var whole = File.ReadAllBytes(_folder.Newest("run"));
        var random = new Random(7);
        for (var position = 0; position < whole.Length; position++)
        {
            whole[position] ^= (byte)(1 << random.Next(8));
            AssertRefused(whole);
            whole[position] = File.ReadAllBytes(_folder.Newest("run"))[position];
        }

        _folder.Write("whole", whole);
        Checkpoint.Open(_folder["whole"]).Dispose();
    }

    [Fact]
    public void AFileWithoutAHashIsRefused()
    {
        Train();
        using var whole = Safetensors.Open(_folder.Newest("run"));
        var metadata = whole
            .Metadata.Where(static entry => entry.Key != "sha256")
            .ToDictionary(static entry => entry.Key, static entry => entry.Value);
        Safetensors.Write(_folder["bare"], new Dictionary<string, Tensor>(), metadata);
        Assert.Contains(
            "is damaged: it does not hold the hash of its content",
            Assert.Throws<ModelGenException>(() => Checkpoint.Open(_folder["bare"])).Message
        );
    }

    [Theory]
    [InlineData(1, new[] { 12 })]
    [InlineData(3, new[] { 8, 10, 12 })]
    [InlineData(100, new[] { 0, 2, 4, 6, 8, 10, 12 })]
    public void TheNewestAreKept(int keep, int[] steps)
    {
        Train(Options with { Checkpoint = Options.Checkpoint! with { Keep = keep } });
        Assert.Equal(steps.Select(static step => $"step-{step:D6}.safetensors"), Names());
    }

    [Fact]
    public void WithoutAnIntervalTheBeginningAndTheEndAreSaved()
    {
        Train(Options with { Checkpoint = null });
        Assert.Equal(["step-000000.safetensors", "step-000012.safetensors"], Names());
        Assert.Throws<ArgumentException>(() => Train(Options with { Checkpoint = Options.Checkpoint! with { Keep = 0 } }));
    }

    [Fact]
    public void ADamagedCheckpointIsPassedOverForAnOlderOneAndTheRunEndsInTheSameBytes()
    {
        Train();
        var whole = File.ReadAllBytes(_folder.Newest("run"));
        CutOff(12);
        ChangeBit(10);

        using (var checkpoint = Checkpoint.OpenNewest(Run))
        {
            Assert.Equal(8, checkpoint.Step);
            Assert.Equal(2, checkpoint.Damaged.Count);
            Assert.StartsWith("'step-000012.safetensors' is damaged (its ", checkpoint.Damaged[0]);
            Assert.StartsWith("'step-000010.safetensors' is damaged (its content has the SHA-256 ", checkpoint.Damaged[1]);
        }

        var start = Resume();
        Assert.Equal((8L, true), (start.Step, start.IsResumed));
        Assert.Equal(2, start.Notices.Count);
        Assert.StartsWith("the checkpoint 'step-000012.safetensors' is damaged (", start.Notices[0]);
        Assert.EndsWith("; an older one is used, 'step-000008.safetensors'", start.Notices[1]);
        Assert.Equal(whole, File.ReadAllBytes(_folder.Newest("run")));
    }

    [Fact]
    public void WhatIsLaterThanWhereARunGoesOnIsNotDeletedBeforeItComesThere()
    {
        Train();
        ChangeBit(12);
        using (var stop = new CancellationTokenSource())
        {
            stop.Cancel();
            Resume(stop.Token);
        }

        Assert.Contains("step-000012.safetensors", Names());
        using var checkpoint = Checkpoint.OpenNewest(Run);
        Assert.Equal(10, checkpoint.Step);
    }

    [Fact]
    public void WhereNoneIsWholeAllAreListedAndNothingIsTouched()
    {
        Train();
        foreach (var step in new[] { 8, 10, 12 })
        {
            CutOff(step);
        }

        var message = Assert.Throws<ModelGenException>(() => Checkpoint.OpenNewest(Run)).Message;
        Assert.StartsWith($"No checkpoint in '{Run}' is intact: 'step-000012.safetensors' is damaged (", message);
        Assert.Contains("'step-000008.safetensors' is damaged (", message);
        Assert.EndsWith("restore a copy of one, or start a new run.", message);

        // A new run there would sooner or later replace them.
        using var players = new TwoPlayers();
        File.WriteAllText(_folder["metrics.jsonl"], "the earlier run's");
        using var trainer = new Trainer(players, Options)
        {
            CheckpointFolder = Run,
            Observers = { new MetricsFile(_folder["metrics.jsonl"]) },
        };
        Assert.Contains(
            "holds the checkpoints of an earlier run, up to step 12",
            Assert.Throws<ModelGenException>(() => trainer.Run()).Message
        );
        Assert.Equal("the earlier run's", File.ReadAllText(_folder["metrics.jsonl"]));
        Assert.Equal(["step-000008.safetensors", "step-000010.safetensors", "step-000012.safetensors"], Names());
    }

    [Fact]
    public void WhereThereIsNoneTheRestIsListed()
    {
        Assert.Equal(
            $"There is no checkpoint in '{Run}' to resume from; start a new run, or name another run's folder.",
            Assert.Throws<ModelGenException>(() => Checkpoint.OpenNewest(Run)).Message
        );
        _folder.Write("run/step-000000.safetensors.tmp", "half a file"u8);
        _folder.Write("run/step-x.safetensors", "somebody's own"u8);
        Assert.StartsWith(
            $"There is no checkpoint in '{Run}' to resume from, only 'step-000000.safetensors.tmp', 'step-x.safetensors'; start",
            Assert.Throws<ModelGenException>(() => Checkpoint.OpenNewest(Run)).Message
        );

        // What a killed process left unfinished goes with the next save.
        Train();
        Assert.Equal(["step-000008.safetensors", "step-000010.safetensors", "step-000012.safetensors", "step-x.safetensors"], Names());
    }

    [Fact]
    public void TheFirstCheckpointIsReadBackBeforeAnyStep()
    {
        using var players = new TwoPlayers();
        var observer = new Watcher { Saved = _ => ChangeBit(0) };
        using var trainer = new Trainer(players, Options) { CheckpointFolder = Run, Observers = { observer } };
        Assert.Contains("is damaged: its content has the SHA-256", Assert.Throws<ModelGenException>(() => trainer.Run()).Message);
        Assert.Equal(0, trainer.Step);
    }

    [Fact]
    public void WhatDoesNotGiveBackItsStateIsToldByItsTensors()
    {
        using var scope = NewDisposeScope();
        Train();
        using var file = Safetensors.Open(_folder.Newest("run"));
        using var checkpoint = Checkpoint.Open(_folder.Newest("run"));
        var all = file
            .Entries.Keys.ToLookup(static name => name.Split('.')[0])
            .ToDictionary(static part => part.Key, part => new Part(part.ToDictionary(name => name[(part.Key.Length + 1)..], file.Read)));
        IReadOnlyList<(string, IRunState)> states = [.. all.Select(static part => (part.Key, (IRunState)part.Value))];
        checkpoint.CheckGivesBack(states);

        // The lowest bit of one number, and a sign of zero, are differences; a NaN is equal to itself.
        all["model"].Own["first"].bytes[0] ^= 1;
        Assert.Contains(
            "differs from what was saved: 'model.first' differ",
            Assert.Throws<ModelGenException>(() => checkpoint.CheckGivesBack(states)).Message
        );
        all["model"].Own["first"].bytes[0] ^= 1;
        all["average"].Own.Remove("second");
        all["model"].Own["more"] = ones(1);
        Assert.Contains(
            "'average.second', 'model.more' differ",
            Assert.Throws<ModelGenException>(() => checkpoint.CheckGivesBack(states)).Message
        );
        Safetensors.WriteHashed(
            _folder["nan"],
            new Dictionary<string, Tensor> { ["x"] = tensor(float.NaN) },
            new Dictionary<string, string>(),
            "checkpoint"
        );
        using var nan = Safetensors.Open(_folder["nan"]);
        Assert.True(nan.Holds("x", tensor(float.NaN)));
        Assert.False(nan.Holds("x", tensor(0f)));
    }

    [Fact]
    public void ADiskThatFillsWhileSavingKeepsWhatIsThereAndTheRunGoesOnLater()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux has /dev/full
        }

        Train();
        var whole = File.ReadAllBytes(_folder.Newest("run"));
        File.Delete(_folder.Newest("run"));
        File.CreateSymbolicLink(StepFiles.PathOf(Run, 12) + ".tmp", "/dev/full");
        Assert.Contains("No space left on device", Assert.Throws<ModelGenException>(() => Resume()).Message);
        Assert.Equal(["step-000008.safetensors", "step-000010.safetensors"], Names());
        Resume();
        Assert.Equal(whole, File.ReadAllBytes(_folder.Newest("run")));
    }

    private void Train(TrainingOptions? options = null)
    {
        using var players = new TwoPlayers();
        using var trainer = new Trainer(players, options ?? Options) { CheckpointFolder = Run };
        trainer.Run();
    }

    private TrainingStart Resume(CancellationToken stop = default)
    {
        using var players = new TwoPlayers();
        var watcher = new Watcher();
        using var trainer = new Trainer(players, Options) { CheckpointFolder = Run, Observers = { watcher } };
        using (var checkpoint = Checkpoint.OpenNewest(Run))
        {
            trainer.Resume(checkpoint);
        }

        trainer.Run(stop);
        return watcher.Start!;
    }

    private IEnumerable<string?> Names() => Directory.EnumerateFiles(Run).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private void AssertRefused(ReadOnlySpan<byte> content)
    {
        var path = _folder.Write("damaged", content);
        var message = Assert.Throws<ModelGenException>(() => Checkpoint.Open(path)).Message;
        Assert.StartsWith($"The checkpoint '{path}' is ", message);
        Assert.EndsWith("; use another copy of the file.", message);
        Assert.Contains("damaged", message);
    }

    private void CutOff(int step) => Damage(StepFiles.PathOf(Run, step), static bytes => bytes[..^3]);

    private void ChangeBit(int step) => Damage(StepFiles.PathOf(Run, step), static bytes =>
        {
            bytes[^9] ^= 4;
            return bytes;
        });

    private static void Damage(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    private sealed class Part(Dictionary<string, Tensor> tensors) : IRunState
    {
        public Dictionary<string, Tensor> Own => tensors;

        public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

        public IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>();

        public void Restore(IReadOnlyDictionary<string, string> texts) => throw new InvalidOperationException("Nothing is restored here.");
    }

    private sealed class Watcher : TrainingObserver
    {
        public TrainingStart? Start { get; private set; }

        public Action<CheckpointReport> Saved { get; init; } = static _ => { };

        public override void OnStart(TrainingStart start) => Start = start;

        public override void OnCheckpoint(CheckpointReport report) => Saved(report);
    }
}
