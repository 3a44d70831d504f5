using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Classes;

/// <summary>A model written as attributes is the one that its spec says.</summary>
public sealed class ScribeTests
{
    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 100).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n")
    );

    [Fact]
    public void LearnsTheSameWeightsAsTheModelOfTheSpec()
    {
        var (loss, weights) = Train(static () => new Scribe(), Scribe.Training);
        var (specLoss, specWeights) = Train(static () => new Tests.Scribe(), Tests.Scribe.Training);

        Assert.InRange(loss, 1, 4);
        Assert.Equal(specLoss, loss);
        Assert.Equal(specWeights.Keys, weights.Keys);
        Assert.All(weights, weight => Assert.Equal(specWeights[weight.Key], weight.Value));
    }

    [Fact]
    public void IsSampledAsTheAttributesSay() => Assert.Equal(Tests.Scribe.Sampling, Scribe.Sampling);

    [Fact]
    public void ItsPropertyTellsTheWordsOfItsLayers()
    {
        Assert.Equal(["embed", "repeat", "layer-norm", "unembed"], Scribe.NetworkLayers);
        Assert.Equal("embed, repeat, layer-norm, unembed", Scribe.NetworkLayers.ToString());
    }

    [Fact]
    public void AFailureLeadsToTheAttributes()
    {
        using var scope = NewDisposeScope();
        using var model = new Scribe();
        model.Blocks[1].Mlp.Linear2.weight!.Dispose();

        var failure = Assert.ThrowsAny<Exception>(() => model.call(zeros([1, 4], int64)));

        Assert.Contains("Scribe.cs:line 27", failure.StackTrace, StringComparison.Ordinal);
        Assert.Contains("Scribe.cs:line 24", failure.StackTrace, StringComparison.Ordinal);
        Assert.Contains("Scribe.cs:line 15", failure.StackTrace, StringComparison.Ordinal);
    }

    private static (double Loss, SortedDictionary<string, byte[]> Weights) Train(Func<LanguageModel> create, TrainingOptions options)
    {
        set_num_threads(1);
        manual_seed(1);
        using var scope = NewDisposeScope();
        using var model = create();
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, options.Validation.Fraction);
        using var trainer = new Trainer(model.CreateObjective(data), options with { Duration = Duration.Steps(60) }, seed: 1);
        var result = trainer.Run();
        return (
            result.ValidationLoss!.Value,
            new(
                model.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.bytes.ToArray()),
                StringComparer.Ordinal
            )
        );
    }
}
