using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>A training that starts from the file of weights that the spec names.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TrainingStartsFromTheFile()
    {
        var file = _folder.Of("start.safetensors");
        var compiled = SpecAssembly.Compile(Spec(file));
        using (var source = compiled.Create<LanguageModel>(seed: 5))
        {
            ((IPublishedModel)source).Weights.Save(file);
        }

        using var session = Session(isResumed: false);
        using var model = session.Create(device => compiled.Create<LanguageModel>(seed: 6, device));
        ((IPublishedModel)model).Weights.Save(_folder.Of("found.safetensors"));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_folder.Of("found.safetensors")));

        using var data = Data(model);
        using var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1);
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
    }

    [Fact]
    public void AResumedRunDoesNotReadIt()
    {
        var compiled = SpecAssembly.Compile(Spec(_folder.Of("gone.safetensors")));
        using (var session = Session(isResumed: true))
        {
            using var model = session.Create(device => compiled.Create<LanguageModel>(seed: 6, device));
            Assert.False(((IPublishedModel)model).Weights.IsLoaded);
        }

        using var fresh = Session(isResumed: false);
        Assert.Contains(
            "gone.safetensors' does not exist",
            Assert.Throws<ModelGenException>(() => fresh.Create(device => compiled.Create<LanguageModel>(seed: 6, device))).Message
        );
    }

    [Fact]
    public void TrainingFromOtherWeightsIsRefused()
    {
        var compiled = SpecAssembly.Compile(Spec("start.safetensors"));
        using var model = compiled.Create<LanguageModel>(seed: 6);
        using var data = Data(model);
        using var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1);

        Assert.Equal(
            "The spec of Started says that training starts from the weights in 'start.safetensors', which have not been loaded; call "
                + "Started.Weights.Load() before, or leave 'file' out of the spec.",
            Assert.Throws<ModelGenException>(() => trainer.Run()).Message
        );
    }

    private static string Spec(string file) =>
        $$"""
            model: Started
            family: transformer
            data: { tokens: { context: 8, tokenizer: characters, vocabulary: 27 } }
            weights: { layout: modelgen, file: "{{file.Replace('\\', '/')}}" }
            network: [embed: 8, unembed]
            objective: next-token
            training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 2 steps }
            """;

    private static TokenDataset Data(LanguageModel model)
    {
        var text = string.Concat(Enumerable.Repeat("abcdefghijklmnopqrstuvwxyz", 20));
        return TokenDataset.Create(text, model.CreateTokenizer(text), model.ContextLength, 0.2);
    }

    private RunSession Session(bool isResumed) =>
        new(
            new RunSettings
            {
                Folder = _folder.Of("run"),
                Spec = _folder.Write("model: Started", "started.model.yaml"),
                Curves = new("nats per token", "loss"),
                IsResumed = isResumed,
                Device = "cpu",
            },
            default
        );
}
