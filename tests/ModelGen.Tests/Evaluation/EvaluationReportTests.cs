using System.Text.Json;
using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class EvaluationReportTests : TorchTest
{
    private readonly TemporaryFolder _folder = new();

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public void TheFileIsReadableAndInOrder()
    {
        using var extractor = new Pixels();
        var report = new EvaluationReport("GarmentVae");
        report.Add(extractor);
        report.AddCount("generated", 1000);
        report.AddCount("test", 2000);
        report.AddSeed("sampling", ulong.MaxValue);
        report.Add(new FrechetDistance(1.5, 1, 0.5, HasTooFewSamples: true));
        report.Add(new KernelDistance(-0.25, 0.125, 100, 500));
        report.Add(new PrecisionRecall(0.75, 0.5, 3));
        report.Add(new DensityCoverage(1.25, 1, 5));
        report.Add(new DataCopying(-4.5, 0.25, 0.0625, 2), "pixel");
        report.Add(new ClassBalance(["T-shirt", "Bär"], [4, 0], [2, 2], 0.5, 0.6931471805599453, ["Bär"]));
        report.Add("inception_score", double.NaN);
        report.AddNote("Greyscale, 28×28.");
        report.Write(_folder["run/evaluation.json"]);
        Assert.Equal(
            """
            {
              "format": "modelgen-evaluation-1",
              "model": "GarmentVae",
              "extractor": {
                "name": "pixels",
                "hash": "00ff"
              },
              "figures": {
                "frechet_distance": 1.5,
                "kernel_distance": -0.25,
                "kernel_distance_std": 0.125,
                "precision": 0.75,
                "recall": 0.5,
                "density": 1.25,
                "coverage": 1,
                "copying_pixel_z": -4.5,
                "copying_pixel_closer_share": 0.0625,
                "copying_pixel_threshold": 2,
                "class_total_variation": 0.5,
                "class_kullback_leibler": 0.6931471805599453,
                "inception_score": "NaN"
              },
              "counts": {
                "generated": 1000,
                "test": 2000,
                "kernel_distance_subsets": 100,
                "kernel_distance_subset_size": 500,
                "precision_recall_neighbours": 3,
                "density_coverage_neighbours": 5
              },
              "seeds": {
                "sampling": 18446744073709551615
              },
              "classes": {
                "balance": [
                  {
                    "class": "T-shirt",
                    "samples": 4,
                    "data": 2
                  },
                  {
                    "class": "Bär",
                    "samples": 0,
                    "data": 2
                  }
                ],
                "absent": [
                  "Bär"
                ]
              },
              "notes": [
                "frechet_distance was computed from no more samples than features and mostly reflects the small sample size.",
                "Greyscale, 28×28."
              ]
            }

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(_folder["run/evaluation.json"])
        );
        Assert.Equal(["evaluation.json"], Directory.GetFiles(_folder["run"]).Select(static path => Path.GetFileName(path)));
    }

    [Fact]
    public void AReportWithoutFeaturesNamesNoExtractor()
    {
        var report = new EvaluationReport("GarmentVae");
        report.Add("log_likelihood_bound", -240.5);
        report.Write(_folder["evaluation.json"]);
        using var document = JsonDocument.Parse(File.ReadAllText(_folder["evaluation.json"]));
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("extractor").ValueKind);
        Assert.Equal(-240.5, document.RootElement.GetProperty("figures").GetProperty("log_likelihood_bound").GetDouble());
    }

    [Fact]
    public void AClassifiersAccuracyIsReported()
    {
        var images = Sequence.Points(1, 12, 16).reshape(12, 1, 4, 4);
        var labels = arange(12, dtype: ScalarType.Int64).remainder(2);
        using var classifier = ClassifierExtractor.Train(images, labels, images, labels, 2, epochs: 1);
        var report = new EvaluationReport("Model");
        report.Add(classifier);
        report.Write(_folder["e"]);
        using var document = JsonDocument.Parse(File.ReadAllBytes(_folder["e"]));
        var extractor = document.RootElement.GetProperty("extractor");
        Assert.Equal(classifier.Name, extractor.GetProperty("name").GetString());
        Assert.Equal(classifier.Hash, extractor.GetProperty("hash").GetString());
        Assert.Equal(classifier.TestAccuracy, extractor.GetProperty("test_accuracy").GetDouble());
    }

    [Fact]
    public void NothingIsReportedTwice()
    {
        using var extractor = new Pixels();
        var report = new EvaluationReport("Model");
        report.Add(extractor);
        Assert.Throws<InvalidOperationException>(() => report.Add(extractor));
        report.Add("a", 1);
        Assert.Throws<ArgumentException>(() => report.Add("a", 2));
        Assert.Equal(1, report.Figures["a"]);
        var balance = new ClassBalance(["a"], [1], [1], 0, 0, []);
        report.Add(balance);
        Assert.Throws<InvalidOperationException>(() => report.Add(balance));
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsSaid()
    {
        var path = Path.Combine(_folder.Write("file", []), "evaluation.json");
        Assert.StartsWith(
            $"Cannot save the evaluation '{path}'",
            Assert.Throws<ModelGenException>(() => new EvaluationReport("Model").Write(path)).Message
        );
    }
}
