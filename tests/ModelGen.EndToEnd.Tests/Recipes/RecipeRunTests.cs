using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Recipes;

/// <summary>Recipes of this project's own train its models.</summary>
public sealed class RecipeRunTests
{
    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 100).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n")
    );

    public RecipeRunTests() => set_num_threads(1);

    [Fact]
    public void ItsObjectiveHasItsOptions()
    {
        using var data = Digits();
        using var model = Model();

        Assert.Equal(new ElboOptions { Beta = 20 }, Tests.DisentangledDigits.CreateObjective(model, data).Settings["elbo"]);
        Assert.Equal(new ElboOptions(), model.CreateObjective(data).Settings["elbo"]);
    }

    [Fact]
    public void ItTrainsItsModelWithItsOptionsAndItsObjective()
    {
        using var data = Digits();
        var recipe = Tests.DisentangledDigits.Training;
        var (steps, heavier) = Train(data, recipe, static (model, data) => Tests.DisentangledDigits.CreateObjective(model, data));
        var (_, own) = Train(data, recipe, static (model, data) => model.CreateObjective(data));

        Assert.Equal(60, steps);
        Assert.NotEqual(Tests.Digits.Training, recipe);

        // A term that weighs twenty times as much is smaller in the end.
        Assert.True(heavier["kl"] < own["kl"] / 2, $"{heavier["kl"]} and {own["kl"]} nats");
    }

    [Fact]
    public void AttributesSayTheSame()
    {
        using var data = Digits();
        var (steps, ofFile) = Train(data, Tests.DisentangledDigits.Training, static (model, data) =>
            Tests.DisentangledDigits.CreateObjective(model, data)
        );
        var (sameSteps, ofClass) = Train(data, DisentangledDigits.Training, static (model, data) =>
            DisentangledDigits.CreateObjective(model, data)
        );

        Assert.Equal(Tests.DisentangledDigits.Training, DisentangledDigits.Training);
        Assert.Equal(steps, sameSteps);
        Assert.Equal(ofFile, ofClass);
    }

    [Fact]
    public void WithoutAnObjectiveItHasTheModelsOwn()
    {
        var byHand = new TrainingOptions
        {
            Optimizer = new AdamWOptions { LearningRate = 1e-3 },
            BatchSize = 6,
            Duration = Duration.Steps(40),
            Validation = new ValidationOptions
            {
                Every = Duration.Steps(20),
                Batches = 2,
                Fraction = 0.25,
            },
        };
        var recipe = Write(PatientScribe.Training, static (model, data) => PatientScribe.CreateObjective(model, data));

        Assert.Equal(Write(byHand, static (model, data) => model.CreateObjective(data)), recipe);
        Assert.NotEqual(
            Write(Scribe.Training with { Duration = byHand.Duration }, static (model, data) => model.CreateObjective(data)),
            recipe
        );
    }

    [Fact]
    public void ItReadsItsTextAsItsModelDoes()
    {
        Write("recipes/scribe/a.txt", System.Text.Encoding.UTF8.GetBytes(Text));
        Write("recipes/scribe/b/c.txt", "And one more line.\n"u8);
        using var model = new Scribe();
        using var data = PatientScribe.ReadData(model);
        var all = Text + "And one more line.\n";
        using var byHand = TokenDataset.Create(all, model.CreateTokenizer(all), Scribe.Context, validationFraction: 0.25);

        Assert.Equal(byHand.Fingerprint, data.Fingerprint);
        Assert.Equal(new TextSource { Path = "recipes/scribe" }, PatientScribe.Data);
    }

    [Fact]
    public void ItReadsItsImagesAsItsModelDoes()
    {
        var drawn = DrawnDigits.Create(60, seed: 2);
        Write("recipes/digits/train-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 28, 0, 0, 0, 28, .. drawn.Pixels.Span]);
        Write("recipes/digits/train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 60, .. drawn.Labels!.Select(static label => (byte)label)]);
        using var model = Model();
        using var data = Tests.DisentangledDigits.ReadData(model);
        using var ofClass = DisentangledDigits.ReadData(model);
        using var byHand = SampleDataset.Create(
            IdxFiles.Read("recipes/digits").Training,
            null,
            DisentangledDigits.Training.Validation.Fraction,
            new ImageAugmentation { CropPadding = 2 }
        );

        Assert.Equal(byHand.Fingerprint, data.Fingerprint);
        Assert.Equal(byHand.Fingerprint, ofClass.Fingerprint);
        Assert.Equal(new IdxSource { Folder = "recipes/digits", CropPadding = 2 }, Tests.DisentangledDigits.Data);
    }

    [Fact]
    public void ItReadsItsLabelledTextsAsItsModelDoes()
    {
        string[] texts = ["bad", "dull", "good", "a joy", "sad", "splendid", "nice", "no"];
        string[] labels = ["-", "-", "+", "+", "-", "+", "+", "-"];
        var lines = texts.Zip(labels, static (text, label) => $$"""{"review": "{{text}}", "opinion": "{{label}}"}""" + "\n");
        Write("recipes/reviews.jsonl", System.Text.Encoding.UTF8.GetBytes(string.Concat(lines)));
        using var model = new Reader();
        using var data = Reviews.ReadData(model);
        var collection = new TextCollection(texts, labels);
        using var byHand = SampleDataset.Create(
            collection,
            null,
            Reader.CreateTokenizer(collection.ToCorpus()),
            Reader.Context,
            validationFraction: 0.25
        );

        Assert.Equal(byHand.Fingerprint, data.Fingerprint);
        Assert.Equal(["+", "-"], data.Classes);
        Assert.Equal(
            new JsonLinesSource
            {
                File = "recipes/reviews.jsonl",
                Text = "review",
                Label = "opinion",
            },
            Reviews.Data
        );
        using var trainer = new Trainer(Reviews.CreateObjective(model, data), Reviews.Training, seed: 1);
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
    }

    [Fact]
    public void ItReadsItsPairsAsItsModelDoes()
    {
        var pairs = Enumerable.Range(0, 40).Select(static i => new TextPair($"{i % 9}{i % 5}", $"{i % 9}{i % 5}{i % 9}{i % 5}")).ToList();
        var lines = pairs.Select(static pair => $$"""{"word": "{{pair.Source}}", "twice": "{{pair.Target}}"}""" + "\n");
        Write("recipes/doubled.jsonl", System.Text.Encoding.UTF8.GetBytes(string.Concat(lines)));
        using var model = new Rewriter();
        using var data = DoubledWords.ReadData(model);
        using var byHand = PairDataset.Create(pairs, model.CreateTokenizer(pairs), Rewriter.Context, validationFraction: 0.25);

        Assert.Equal(byHand.Fingerprint, data.Fingerprint);
        Assert.Equal(
            new TextPairsSource
            {
                File = "recipes/doubled.jsonl",
                Source = "word",
                Target = "twice",
            },
            DoubledWords.Data
        );
        using var trainer = new Trainer(DoubledWords.CreateObjective(model, data), DoubledWords.Training, seed: 1);
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
    }

    [Fact]
    public void ItTakesSpansOutOfItsText()
    {
        Write("recipes/lines.txt", System.Text.Encoding.UTF8.GetBytes(Text));
        using var model = new Rewriter();
        using var data = RestoredLines.ReadData(model);
        using var text = TokenDataset.Create(Text, model.CreateTokenizer(TextCorpus.FromText(Text)), Rewriter.Context, 0.25);
        using var byHand = PairDataset.Denoise(text, rate: 0.3, span: 2);

        Assert.Equal(byHand.Fingerprint, data.Fingerprint);
        using var trainer = new Trainer(RestoredLines.CreateObjective(model, data), RestoredLines.Training, seed: 1);
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
    }

    // Recipes name files from the folder that the program runs in.
    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private static SampleDataset Digits() => SampleDataset.Create(DrawnDigits.Create(400, seed: 1), test: null, validationFraction: 0.1);

    private static Tests.Digits Model()
    {
        manual_seed(3);
        return new Tests.Digits();
    }

    private static (long Steps, Dictionary<string, double> Metrics) Train(
        SampleDataset data,
        TrainingOptions options,
        Func<Tests.Digits, SampleDataset, Objective> create
    )
    {
        using var model = Model();
        var objective = create(model, data);
        using var trainer = new Trainer(objective, options, seed: 1);
        trainer.Run();
        return (trainer.Step, Metrics(objective));
    }

    private static Dictionary<string, double> Metrics(Objective objective) =>
        objective.Validate(40).ToDictionary(static metric => metric.Name, static metric => metric.Value);

    private static double Write(TrainingOptions options, Func<Scribe, TokenDataset, Objective> create)
    {
        manual_seed(2);
        using var scope = NewDisposeScope();
        using var model = new Scribe();
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), Scribe.Context, options.Validation.Fraction);
        using var trainer = new Trainer(create(model, data), options, seed: 1);
        return trainer.Run().ValidationLoss!.Value;
    }
}
