using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Exactness;

/// <summary>A spec that is edited, and its model built again, between a checkpoint and its resume.</summary>
public sealed class EditedSpecTests : IDisposable
{
    private const string Spec = """
        model: Edited
        family: transformer
        let: { width: 16 }
        data: { tokens: { tokenizer: bytes, context: 8 } }
        network:
          - embed: $width
          - residual: [layer-norm, linear: $width, gelu]
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 6 steps, checkpoint: 2 steps }
        """;

    private static readonly string Text = string.Concat(Enumerable.Range(0, 60).Select(static i => $"{i} and {i % 7}.\n"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("batch: 4", "batch: 6", "training.batch-size was 4 and is 6;")]
    [InlineData(
        "adamw: 1e-3",
        "adamw: { learning-rate: 2e-3, weight-decay: 0.1 }",
        "training.optimizer.learning-rate was 0.001 and is 0.002; training.optimizer.weight-decay was 0.01 and is 0.1;"
    )]
    [InlineData("adamw: 1e-3", "adam: 1e-3", "training.optimizer was AdamW and is Adam;")]
    [InlineData("family:", "precision: bfloat16\nfamily:", "precision was float32 and is bfloat16;")]
    [InlineData("width: 16", "width: 24", "it belongs to the model Edited (")]
    [InlineData("width: 16", "width: 24", "is Float32 [256, 16] in the checkpoint and Float32 [256, 24] here")]
    [InlineData("gelu", "relu", "their tensors match, but their computations differ;")]
    [InlineData("duration: 6 steps", "duration: 6 steps, clip-norm: 0.5", "training.clip-norm was none and is 0.5;")]
    [InlineData(
        "duration: 6 steps",
        "duration: 6 steps, schedule: { cosine: { warmup: 2 steps } }",
        "training.schedule was ConstantSchedule and is CosineSchedule;"
    )]
    [InlineData(
        "objective: next-token",
        "objective: { next-token: { label-smoothing: 0.1, z-loss: 1e-3 } }",
        "objective.loss.label-smoothing was 0 and is 0.1; objective.loss.z-loss was 0 and is 0.001;"
    )]
    [InlineData("duration: 6 steps", "duration: 2 steps", "it has made 4 steps, but this run ends at step 2;")]
    [InlineData(
        "duration: 6 steps",
        "duration: 6 steps, validation: { fraction: 0.3 }",
        "it was trained on other data or another validation split ("
    )]
    public void AnotherRunIsRefusedWithEveryDifferenceAndNothingIsLost(string before, string after, string difference)
    {
        Train(Spec, stopAt: 4, isResumed: false);
        var files = Files();

        var message = Assert
            .Throws<ModelGenException>(() => Train(Spec.Replace(before, after, StringComparison.Ordinal), stopAt: null, isResumed: true))
            .Message;

        Assert.StartsWith($"The checkpoint '{_folder.Of("run", "step-000004.safetensors")}' does not belong to this run: ", message);
        Assert.Contains(difference, message);
        Assert.Equal(files, Files());
    }

    [Theory]
    [InlineData("gelu]", "gelu]   # a word of explanation")]
    [InlineData("width: 16", "width: 4 * 4")]
    [InlineData("checkpoint: 2 steps", "checkpoint: { every: 3 steps, keep: 9 }")]
    [InlineData("objective: next-token", "objective: next-token\nsampling: { temperature: 0.5 }")]
    public void WhatChangesNothingThatIsTrainedIsResumedInTheSameBytes(string before, string after)
    {
        Train(Spec, stopAt: null, isResumed: false);
        var whole = File.ReadAllBytes(_folder.Of("run", "step-000006.safetensors"));
        Directory.Delete(_folder.Of("run"), recursive: true);
        Train(Spec, stopAt: 4, isResumed: false);

        Train(Spec.Replace(before, after, StringComparison.Ordinal), stopAt: null, isResumed: true);

        Assert.Equal(whole, File.ReadAllBytes(_folder.Of("run", "step-000006.safetensors")));
    }

    private void Train(string spec, long? stopAt, bool isResumed)
    {
        var compiled = SpecAssembly.Compile(spec);
        var options = compiled.Training!;
        using var model = (LanguageModel)compiled.Create(isResumed ? 2 : 1);
        using var data = TokenDataset.Create(Text, new ByteTokenizer(), 8, options.Validation.Fraction);
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(model.CreateObjective(data), options, seed: 3)
        {
            CheckpointFolder = _folder.Of("run"),
            ReportEvery = 1,
            Observers = { new Stopper(stop, stopAt) },
        };
        if (isResumed)
        {
            using var checkpoint = Checkpoint.OpenNewest(_folder.Of("run"));
            trainer.Resume(checkpoint);
        }

        trainer.Run(stop.Token);
    }

    private Dictionary<string, byte[]> Files() =>
        Directory.EnumerateFiles(_folder.Of("run")).ToDictionary(static file => Path.GetFileName(file), File.ReadAllBytes);

    private sealed class Stopper(CancellationTokenSource stop, long? step) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step == step)
            {
                stop.Cancel();
            }
        }
    }
}
