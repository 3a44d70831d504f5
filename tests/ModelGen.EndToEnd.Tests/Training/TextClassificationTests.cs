using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Prediction;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>A network of tokens from a spec learns what texts are, where it can be known.</summary>
public sealed class TextClassificationTests : IDisposable
{
    private const string Sorter = """
        model: Sorter
        family: network
        data: { tokens: { context: 8, padding-token: <pad> } }
        network:
          - embed: 32
          - repeat: 2
            layers:
              - residual: [layer-norm, self-attention: 4]
              - residual: [layer-norm, linear: 64, gelu, linear: 32]
          - layer-norm
          - sequence-pool
          - linear: 2
        objective: cross-entropy
        training:
          optimizer: { adamw: 3e-3 }
          schedule: { cosine: { warmup: 50 steps } }
          clip-norm: 1
          batch: 32
          duration: 1200 steps
        """;

    private readonly TemporaryFolder _folder = new();

    public TextClassificationTests() => set_num_threads(1);

    public void Dispose() => _folder.Dispose();

    // Whether the letters of a text come in the order of the alphabet; each text both ways, so that the letters alone tell nothing.
    [Fact]
    public void WhetherATextIsSortedIsLearnedAndTold()
    {
        var compiled = SpecAssembly.Compile(Sorter);
        using var model = (Network)compiled.Create(seed: 1);
        var texts = Texts(2400, seed: 1);
        using var data = SampleDataset.Create(texts, null, new ByteTokenizer((SpecialTokenRole.Padding, "<pad>")), 8, 0.1);
        var objective = compiled.CreateObjective(model, data);
        using (var trainer = new Trainer(objective, compiled.Training!, seed: 1) { CheckpointFolder = _folder.Of("checkpoints") })
        {
            trainer.Run();
        }

        Assert.Equal(1.0, objective.Validate(32).Single(static metric => metric.Name == "accuracy").Value);

        using var other = (Network)compiled.Create(seed: 2);
        var classifier = TextClassifier.Load(other, _folder.Of("checkpoints"));
        Assert.Equal(["mixed", "sorted"], classifier.Classes);
        var unseen = Texts(200, seed: 2);
        var told = classifier.Classify(unseen.Texts);
        Assert.Equal(unseen.Labels!, told.Select(static text => text.Label));
        Assert.All(told, static text => Assert.Equal(1, text.Probabilities.Sum(), 1e-12));
        Assert.All(told, static text => Assert.Equal(text.Probabilities.Max(), text.Probability));

        // Each by itself, and the other way round, it is the same; what is too long is told.
        var alone = unseen.Texts.Take(20).Select(text => classifier.Classify([text])[0]).ToArray();
        Assert.All(alone.Zip(told), static pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-5));
        Assert.Equal([false, true], classifier.Classify(["abc", "abcdefgha"]).Select(static text => text.IsCut));
        Assert.Empty(classifier.Classify([]));
        Assert.StartsWith(
            "The text 1 has '<pad>' in it",
            Assert.Throws<ModelGenException>(() => classifier.Classify(["a", "b<pad>"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ThePartsOfABatchAreTheBatch()
    {
        var compiled = SpecAssembly.Compile(Sorter);
        using var model = (Network)compiled.Create(seed: 2);
        using var data = SampleDataset.Create(Texts(60, seed: 3), null, new ByteTokenizer((SpecialTokenRole.Padding, "<pad>")), 8, 0.1);
        var objective = compiled.CreateObjective(model, data);
        var plan = objective.Plan(compiled.Training! with { BatchSize = 6 });
        var whole = Loss(0, 6);
        Assert.Equal(whole, ((Loss(0, 1) * 1) + (Loss(1, 2) * 2) + (Loss(3, 3) * 3)) / 6, 1e-6);
        Assert.Equal("texts", plan.Unit);

        double Loss(int first, int count)
        {
            using var loss = objective.Loss(new TrainingStep(plan, 0, 0, Seed: 4, Step: 11) { First = first, Count = count });
            return loss.Total.item<float>();
        }
    }

    // In loops over doubles: the mean of the letters' rows, the layer's scores, and the smoothed cross-entropy (Szegedy et al. 2016), with a
    // weight for each class.
    [Theory]
    [InlineData("", new[] { 1.0, 1, 1 })]
    [InlineData(", class-weights: [1, 5, 0.25]", new[] { 1, 5, 0.25 })]
    public void TheLossIsThatOfItsFormula(string option, double[] classWeights)
    {
        var compiled = SpecAssembly.Compile(
            $$"""
            model: Formula
            family: network
            data: { tokens: { context: 8, padding-token: <pad> } }
            network: [embed: { width: 4, positions: none }, sequence-pool, linear: 3]
            objective: { cross-entropy: { label-smoothing: 0.2{{option}} } }
            training: { optimizer: { adamw: 1e-2 }, batch: 3, duration: 1 epochs }
            """
        );
        using var model = (Network)compiled.Create(seed: 3);
        string[] texts = ["a", "bcd", "effect", "hi", "jklmnopq", "r", "sss", "tu"];
        string[] labels = ["x", "y", "z", "x", "z", "y", "x", "z"];
        var tokenizer = new ByteTokenizer((SpecialTokenRole.Padding, "<pad>"));
        var collection = new TextCollection(texts, labels);
        using var data = SampleDataset.Create(collection, collection, tokenizer, 8, null);
        var weights = model.state_dict().Values.Select(static tensor => tensor.data<float>().ToArray()).ToArray();
        var (rows, matrix, bias) = (
            weights.Single(static values => values.Length == 257 * 4),
            weights.Single(static values => values.Length == 12),
            weights.Single(static values => values.Length == 3)
        );

        var expected = texts.Zip(labels, Loss).Sum() / labels.Sum(Weight);
        var objective = compiled.CreateObjective(model, data);
        foreach (var batchSize in new[] { 1, 3, 8 })
        {
            Assert.Equal(expected, objective.Validate(batchSize)[0].Value, 1e-5);
        }

        double Loss(string text, string label)
        {
            double[] mean = [.. Enumerable.Range(0, 4).Select(axis => text.Average(letter => (double)rows[(letter * 4) + axis]))];
            double[] scores =
            [
                .. Enumerable.Range(0, 3).Select(row => bias[row] + mean.Select((value, axis) => value * matrix[(row * 4) + axis]).Sum()),
            ];
            var normaliser = Math.Log(scores.Sum(Math.Exp));
            return scores
                .Select((score, row) => classWeights[row] * ((label == "xyz"[row].ToString() ? 0.8 : 0) + (0.2 / 3)) * (normaliser - score))
                .Sum();
        }

        double Weight(string label) => classWeights["xyz".IndexOf(label, StringComparison.Ordinal)];
    }

    // The share of one letter, which the mean over a text holds if padding is left out of it.
    [Fact]
    public void ANumberIsPredictedForEachText()
    {
        var compiled = SpecAssembly.Compile(
            """
            model: Scorer
            family: network
            data: { tokens: { context: 6, padding-token: <pad> } }
            network: [embed: 16, sequence-pool, linear: 32, gelu, linear: 1]
            objective: mean-squared-error
            training: { optimizer: { adamw: 1e-2 }, schedule: cosine, batch: 16, duration: 600 steps }
            """
        );
        using var model = (Network)compiled.Create(seed: 1);
        var random = new Random(1);
        string[] texts = [.. Enumerable.Range(0, 400).Select(_ => Letters(random, 6, "ab"))];
        float[][] shares = [.. texts.Select(static text => new[] { text.Count(static letter => letter == 'a') / (float)text.Length })];
        var tokenizer = new ByteTokenizer((SpecialTokenRole.Padding, "<pad>"));
        using var data = SampleDataset.Create(new TextCollection(texts, targets: shares), null, tokenizer, 6, 0.1);
        using (var trainer = new Trainer(compiled.CreateObjective(model, data), compiled.Training!, 1))
        {
            trainer.Run();
        }

        var told = new TextPredictor(model, tokenizer).Predict(["a", "b", "ab", "abab", "aab"], batchSize: 2);
        Assert.All(told.Zip([1, 0, 0.5, 0.5, 2 / 3.0]), static pair => Assert.Equal(pair.Second, Assert.Single(pair.First.Values), 0.05));
    }

    private static TextCollection Texts(int count, int seed)
    {
        var random = new Random(seed);
        var (texts, labels) = (new List<string>(), new List<string>());
        while (texts.Count < count)
        {
            var text = string.Concat(Letters(random, 8, "abcdefgh").Distinct());
            var sorted = string.Concat(text.Order());
            if (text.Length > 1 && text != sorted)
            {
                texts.AddRange([text, sorted]);
                labels.AddRange(["mixed", "sorted"]);
            }
        }

        return new TextCollection(texts, labels);
    }

    private static string Letters(Random random, int most, string alphabet) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => alphabet[random.Next(alphabet.Length)]));
}
