using ModelGen.Data;
using ModelGen.Sampling;
using ModelGen.Training;
using ModelGen.Training.Schedules;

namespace Notes.Tests;

public sealed class WriterTests : IDisposable
{
    private readonly Writer _model = new();
    private readonly TokenDataset _data;

    public WriterTests()
    {
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat("To be, or not to be, that is the question.\n", 100)));
        _data = TokenDataset.Create(text, _model.CreateTokenizer(text), Writer.Context, validationFraction: 0.2);
    }

    public void Dispose()
    {
        _data.Dispose();
        _model.Dispose();
    }

    // Each of the 256 bytes is as likely as the others.
    [Fact]
    public void AModelKnowsNothingBeforeItIsTrained() => Assert.Equal(Math.Log(256), Loss(), tolerance: 0.2);

    [Fact]
    public void AFewStepsLowerTheLoss()
    {
        var before = Loss();
        var training = Writer.Training with { Duration = Duration.Steps(5), Schedule = new ConstantSchedule() };
        using var trainer = new Trainer(_model.CreateObjective(_data), training, seed: 1);
        trainer.Run();

        Assert.InRange(Loss(), 0, before - 0.5);
    }

    [Fact]
    public void TheSameSeedGivesTheSameText() => Assert.Equal(Sample(seed: 1), Sample(seed: 1));

    private double Loss() => _model.CreateObjective(_data).EstimateValidation(batchSize: 4, batches: 2, seed: 1)[0].Value;

    private string Sample(ulong seed) => TextGenerator.Generate(_model, _data.Tokenizer, "To ", 20, Writer.Sampling, seed);
}
