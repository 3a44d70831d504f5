using System.Text.Json;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Runs;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Language models with mixtures of experts, from a spec to a run that balances them.</summary>
public sealed class MixtureOfExpertsTests : IDisposable
{
    private const string Spec = """
        model: Experts
        family: transformer
        data: { tokens: { context: 16, tokenizer: characters, vocabulary: 30 } }
        network:
          - embed: { width: 16, positions: learned }
          - repeat: 2
            layers:
              - residual: [rms-norm, self-attention: { heads: 2, causal: true }]
              - residual: [rms-norm, mixture-of-experts: { experts: 4, top-k: 1, balance: BALANCE, initialiser: { constant: 0 }, layers: [linear: 32, gelu, linear: 16] }]
          - rms-norm
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, clip-norm: 1, batch: 8, accumulate: PARTS, duration: 150 steps, validation: { every: 50 steps, batches: 2 } }

        """;

    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 400).Select(static i => $"line {i % 7} of {i % 3} is {(i % 2 == 0 ? "short" : "not very long")}.\n")
    );

    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = get_num_threads();

    // Two threads cost more than they bring with tensors this small.
    public MixtureOfExpertsTests() => set_num_threads(1);

    public void Dispose()
    {
        set_num_threads(_threads);
        _folder.Dispose();
    }

    // At first the router likes all experts alike, so that the first gets all, and whoever learns more is liked more.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheBalanceKeepsExpertsInUseAndTheRunShowsIt(int parts)
    {
        var (balanced, free) = (Train(parts, "0.05"), Train(parts, "0"));
        foreach (var run in new[] { balanced, free })
        {
            string[] expected = ["train_loss", "train_expert_balance", "train_router_z_loss", "train_largest_expert_share"];
            Assert.Equal(expected, run.Reports[0].Keys.Where(static name => name.StartsWith("train_", StringComparison.Ordinal)));
            Assert.All(run.Validations, static line => Assert.Equal(["step", "validation_loss"], line.Keys));
            Assert.InRange(run.Validations[0]["validation_loss"], Math.Log(30) - 0.3, Math.Log(30) + 0.3);
            Assert.InRange(run.Validations[^1]["validation_loss"], 0, 1.5);
        }

        Assert.InRange(balanced.Reports[^1]["train_largest_expert_share"], 0.25, 0.4);
        Assert.InRange(balanced.Reports[^1]["train_expert_balance"], 0.99, 1.04);
        Assert.InRange(free.Reports[^1]["train_largest_expert_share"], 0.5, 1);
        Assert.InRange(free.Reports[^1]["train_expert_balance"], 1.15, 4);
    }

    [Fact]
    public void PartsRunOneAfterAnotherOnlyWhereTheyAreBalanced()
    {
        using var balanced = (LanguageModel)Compile(1, "0.01").Create();
        using var free = (LanguageModel)Compile(1, "0").Create();
        Assert.Equal((BatchSplit.Sequential, BatchSplit.Parallel), (balanced.BatchSplit, free.BatchSplit));
    }

    private static CompiledModel Compile(int parts, string balance) =>
        SpecAssembly.Compile(
            Spec.Replace("BALANCE", balance, StringComparison.Ordinal).Replace("PARTS", $"{parts}", StringComparison.Ordinal)
        );

    // The lines of the metrics file.
    private (List<Dictionary<string, double>> Reports, List<Dictionary<string, double>> Validations) Train(int parts, string balance)
    {
        var compiled = Compile(parts, balance);
        using var model = (LanguageModel)compiled.Create(seed: 1);
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
        var file = _folder.Of($"{balance}.jsonl");
        using (
            var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1)
            {
                ReportEvery = 50,
                Observers = { new MetricsFile(file) },
            }
        )
        {
            trainer.Run();
        }

        var lines = File.ReadLines(file).Select(static line => JsonSerializer.Deserialize<Dictionary<string, double>>(line)!).ToList();
        return (
            lines.Where(static line => line.ContainsKey("train_loss")).ToList(),
            lines.Where(static line => line.ContainsKey("validation_loss")).ToList()
        );
    }
}
