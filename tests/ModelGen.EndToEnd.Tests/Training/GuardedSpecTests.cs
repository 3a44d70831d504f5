using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Parts of a batch, guards and a budget, from a spec to a run that heeds them.</summary>
public sealed class GuardedSpecTests : IDisposable
{
    private const string Spec = """
        model: Reader
        family: transformer
        data: { tokens: { context: 8 } }
        network:
          - embed: 12
          - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
          - { repeat: 2, recompute: true, layers: [{ residual: [layer-norm, linear: 24, gelu, linear: 12] }] }
          - unembed
        objective: next-token
        training:
          optimizer: { adamw: 0.03 }
          batch: 8
          accumulate: 3
          duration: 2000 steps
          validation: { every: 20 steps, batches: 4 }
          checkpoint: 50 steps
          max-time: 10 minutes
          budget: BUDGET
          early-stopping: { patience: 3, margin: 0.02 }
          rollback: { deviations: 50, limit: 2 }

        """;

    private static readonly string Text = string.Concat(Enumerable.Range(0, 400).Select(static i => "abc de"[(i * i * 7919) % 97 % 6]));

    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = get_num_threads();

    public GuardedSpecTests() => set_num_threads(1);

    public void Dispose()
    {
        set_num_threads(_threads);
        _folder.Dispose();
    }

    [Fact]
    public void ARunHeedsThem()
    {
        var (model, options) = Create("200 MB");
        using (model)
        {
            Assert.Equal((3, TimeSpan.FromMinutes(10), 200_000_000L), (options.Accumulate, options.MaxTime, options.Budget));
            Assert.Equal(new EarlyStoppingOptions { Patience = 3, Margin = 0.02 }, options.EarlyStopping);
            Assert.Equal(new RollbackOptions { Deviations = 50, Limit = 2 }, options.Rollback);
            Assert.Equal(BatchSplit.Parallel, model.BatchSplit);
            using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
            using var trainer = new Trainer(model.CreateObjective(data), options, seed: 1) { CheckpointFolder = _folder.Path };
            var result = trainer.Run();
            Assert.True(result.IsEarly);
            Assert.Equal(result.Step - 60, result.BestStep);
            Assert.Equal((3, model.ActivationBytes), (trainer.Memory.SamplesAtOnce, (trainer.Memory.Activations / 3) - (4 * 8 * 256)));
        }
    }

    [Fact]
    public void ATrainingBeyondItsBudgetIsNotBegun()
    {
        var (model, options) = Create("0.1 MB");
        using (model)
        {
            using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
            var message = Assert.Throws<ModelGenException>(() => new Trainer(model.CreateObjective(data), options, seed: 1)).Message;

            // 5,256 weights of 4 bytes; as much for the gradients, twice as much for AdamW, which also counts its steps.
            Assert.Matches(
                @"^This training needs about 0\.\d+ MB \(weights 0\.02 MB, gradients 0\.02 MB, optimizer 0\.04 MB, activations of 3 sample\(s\) at once 0\.\d+ MB\), more than its budget of 0\.1 MB; make the batch smaller",
                message
            );
        }
    }

    private static (LanguageModel Model, TrainingOptions Options) Create(string budget)
    {
        var assembly = new SpecAssembly();
        Assert.Equal([], assembly.Add(Spec.Replace("BUDGET", budget, StringComparison.Ordinal)));
        var compiled = assembly.Load().Single();
        return ((LanguageModel)compiled.Create(1), compiled.Training!);
    }
}
