using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;

namespace ModelGen.Tests.Runs;

public sealed class SampleTextsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TextsAreWrittenBeforeTheFirstStepAndATenthOfTheRunApart()
    {
        var count = 0;
        var texts = new SampleTexts(_folder["samples"], () => $"Größe {count++}\n");
        texts.OnStart(new TrainingStart(0, 1000));
        for (var step = 10; step <= 1000; step += 10)
        {
            texts.OnStep(Report(step));
        }

        Assert.Equal(
            Enumerable.Range(0, 11).Select(static tenth => $"step-{tenth * 100:D6}.txt"),
            Directory.EnumerateFiles(_folder["samples"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal("Größe 5\n"u8.ToArray(), File.ReadAllBytes(_folder["samples/step-000500.txt"]));
    }

    [Fact]
    public void ARunThatResumesOrGoesBackDropsWhatCameAfter()
    {
        _folder.Write("step-000200.txt", "2"u8);
        _folder.Write("step-000300.txt", "3"u8);
        var texts = new SampleTexts(_folder.ToString(), static () => "new");
        texts.OnStart(new TrainingStart(250, 1000));
        Assert.Equal(["step-000200.txt"], _folder.Names());
        texts.OnStep(Report(300));
        texts.OnRollback(new RollbackReport(310, 250, 9, 1));
        Assert.Equal(["step-000200.txt"], _folder.Names());
    }

    [Fact]
    public void AModelThatWritesIsTheSameAfterwards()
    {
        using var model = new CharacterGpt();
        model.train();
        var tokenizer = new ByteTokenizer();
        var texts = new SampleTexts(_folder.ToString(), () =>
            TextGenerator.Generate(model, tokenizer, "The ", 20, new SamplingOptions(), seed: 3)
        );
        torch.manual_seed(5).Dispose();
        using var expected = torch.rand(4);
        torch.manual_seed(5).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        texts.OnStart(new TrainingStart(0, 10));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using var actual = torch.rand(4);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
        Assert.True(model.training);
        Assert.Equal(
            TextGenerator.Generate(model, tokenizer, "The ", 20, new SamplingOptions(), seed: 3),
            File.ReadAllText(_folder["step-000000.txt"])
        );
    }

    private static StepReport Report(long step) => new(step, 1000, [new("loss", 1)], 1e-3, 1, "tokens", TimeSpan.Zero);
}
