using ModelGen.Data;
using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

/// <summary>Which sets are compared with which; the metrics have tests of their own.</summary>
public sealed class ImageEvaluationTests : TorchTest
{
    private readonly SampleDataset _data = SampleDataset.Create(
        DrawnDigits.Create(120, seed: 1, size: 8),
        DrawnDigits.Create(40, seed: 2, size: 8),
        0.1
    );
    private readonly FeatureExtractor _pixels = new Pixels();

    public override void Dispose()
    {
        _data.Dispose();
        base.Dispose();
    }

    [Fact]
    public void ImagesHeldBackAreAtNoDistanceFromThemselves()
    {
        using var evaluation = new ImageEvaluation(_data, _pixels);
        var held = HeldBack();
        Assert.Equal(0, evaluation.FrechetDistance(held).Value, 1e-9);
        var report = new EvaluationReport("any");
        evaluation.AddTo(report, held);
        Assert.Equal(0, report.Figures["frechet_distance"], 1e-9);
        Assert.Equal(1, report.Figures["precision"]);
        Assert.Equal(1, report.Figures["recall"]);
        Assert.Equal(1, report.Figures["coverage"]);

        // Neither nearer to the training images than held-back ones are, nor farther.
        Assert.Equal(0, report.Figures["copying_feature_z"], 1e-9);
        Assert.Equal(0, report.Figures["copying_pixel_z"], 1e-9);
        Assert.Equal(evaluation.FrechetDistance(Training()).Value, report.Figures["frechet_distance_of_training_images"], 1e-9);
        Assert.DoesNotContain("label_agreement", report.Figures.Keys);
        Assert.DoesNotContain("class_total_variation", report.Figures.Keys);
    }

    [Fact]
    public void TrainingImagesAreCopiesAndTheirOwnNeighbours()
    {
        using var evaluation = new ImageEvaluation(_data, _pixels);
        var training = Training();
        var report = new EvaluationReport("any");
        evaluation.AddTo(report, training);
        Assert.Equal(1, report.Figures["copying_feature_closer_share"]);
        Assert.True(report.Figures["copying_pixel_z"] < -5);
        Assert.True(evaluation.NearestTrainingImages(training[5..9]).allclose(training[5..9]));
    }

    [Fact]
    public void AClassifierCountsClassesAndWhetherAskedOnesCame()
    {
        using var classifier = ClassifierExtractor.Train(
            Training(),
            _data.Training.Labels!,
            HeldBack(),
            _data.Validation.Labels!,
            10,
            epochs: 30
        );
        using var evaluation = new ImageEvaluation(_data, classifier);
        var report = new EvaluationReport("any");
        var asked = _data.Validation.Labels!;
        evaluation.AddTo(report, HeldBack(), asked);
        Assert.Equal(classifier.TestAccuracy, report.Figures["label_agreement"], 1e-9);
        var wrong = new EvaluationReport("any");
        evaluation.AddTo(wrong, HeldBack(), (asked + 1).remainder(10));
        Assert.True(wrong.Figures["label_agreement"] <= 1 - report.Figures["label_agreement"] + 1e-9);
        Assert.InRange(report.Figures["class_total_variation"], 0, 1 - classifier.TestAccuracy + 1e-9);
    }

    [Fact]
    public void TooFewImagesAreRefused()
    {
        using var evaluation = new ImageEvaluation(_data, _pixels);
        Assert.Throws<ArgumentException>(() => evaluation.AddTo(new EvaluationReport("any"), HeldBack()[..9]));
        using var few = SampleDataset.Create(DrawnDigits.Create(60, seed: 1, size: 8), null, 0.1);
        Assert.StartsWith(
            "54 training images and 6 held-out ones are too few",
            Assert.Throws<ModelGenException>(() => new ImageEvaluation(few, _pixels)).Message
        );
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var images = rand(20, 1, 8, 8);
        AssertLeavesNothing(() =>
        {
            using var evaluation = new ImageEvaluation(_data, _pixels);
            evaluation.AddTo(new EvaluationReport("any"), images);
            evaluation.NearestTrainingImages(images).Dispose();
        });
    }

    private Tensor Training() => _data.Training.Blocks(120).Single().Samples;

    private Tensor HeldBack() => _data.Validation.Blocks(40).Single().Samples;
}
