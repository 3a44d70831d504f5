using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

/// <summary>What is measured of a model of images, and in which order; the metrics have tests of their own.</summary>
public sealed class ImageQualityMetricTests : TorchTest
{
    private const int Side = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDataset _data = SampleDataset.Create(
        DrawnDigits.Create(120, seed: 1, size: Side),
        DrawnDigits.Create(40, seed: 2, size: Side),
        0.1
    );
    private readonly SmallVae _model;

    public ImageQualityMetricTests()
    {
        manual_seed(1).Dispose();
        _model = new SmallVae(Side);
    }

    public override void Dispose()
    {
        _model.Dispose();
        _data.Dispose();
        _folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public void TheClassifierIsTrainedAndKeptAndTheUntrainedModelMeasuredAsWell()
    {
        var report = new EvaluationReport("any");
        var progress = new Parts();

        Metric(createUntrained: true).AddTo(report, progress);

        Assert.Equal("classifier:1x8x8-10", report.Extractor);
        Assert.True(report.Figures["frechet_distance_untrained"] > 0);
        Assert.Contains("class_total_variation", report.Figures.Keys);
        Assert.DoesNotContain("label_agreement", report.Figures.Keys);
        Assert.Equal(ImageQualityMetric.Files.Order(StringComparer.Ordinal), _folder.Names());
        Assert.Equal(
            [
                "classifier for the features",
                "features of the training images",
                "features of the held-out images",
                "samples",
                "features of the samples",
                "Fréchet distance",
                "kernel distance",
                "precision and recall",
                "density and coverage",
                "copied images, in feature space",
                "copied images, in pixel space",
                "class balance",
                "samples of the untrained model",
                "nearest training images",
            ],
            progress.Begun
        );
    }

    [Fact]
    public void AGivenExtractorIsUsedAndNoClassifierTrained()
    {
        using var pixels = new Pixels();
        var report = new EvaluationReport("any");

        Metric(extractor: pixels).AddTo(report, new EvaluationProgress());

        Assert.Equal("pixels", report.Extractor);
        Assert.DoesNotContain("frechet_distance_untrained", report.Figures.Keys);
        Assert.Equal(["neighbours.png"], _folder.Names());
    }

    [Fact]
    public void AModelOfAskedClassesIsAskedForEachAlike()
    {
        using var model = new SmallVae(Side, classes: 10);
        var report = new EvaluationReport("any");

        new ImageQualityMetric(model, _data, seed: 1, _folder.ToString()).AddTo(report, new EvaluationProgress());

        Assert.InRange(report.Figures["label_agreement"], 0, 1);
    }

    [Fact]
    public void WithoutClassesOrWithTooFewImagesANoteSaysWhatIsLeftOut()
    {
        using var few = SampleDataset.Create(DrawnDigits.Create(60, seed: 1, size: Side), null, 0.1);
        var report = new EvaluationReport("any");

        new ImageQualityMetric(_model, few, seed: 1, _folder.ToString()).AddTo(report, new EvaluationProgress());

        Assert.Equal(["There are fewer than 10 training or held-out images: feature-based figures are omitted."], report.Notes);
        Assert.Empty(report.Figures);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void ItStopsWhereItIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Parts(stop, stopAt: "kernel distance");

        Assert.Throws<OperationCanceledException>(() => Metric().AddTo(new EvaluationReport("any"), progress));
        Assert.Equal("kernel distance", progress.Begun[^1]);
    }

    [Fact]
    public void TheBoundIsTheMeanOverAllImagesHeldBack()
    {
        var report = new EvaluationReport("any");
        new LikelihoodBoundMetric(_model, _data, seed: 3).AddTo(report, new EvaluationProgress());

        using var held = _data.Validation.Blocks(40).Single();
        Assert.Equal(
            _model.LogLikelihoodBound(held.Samples, draws: 50, seed: 3).mean().item<float>(),
            report.Figures["log_likelihood_bound"],
            1e-3
        );
    }

    private ImageQualityMetric Metric(FeatureExtractor? extractor = null, bool createUntrained = false) =>
        new(_model, _data, seed: 1, _folder.ToString())
        {
            Extractor = extractor,
            CreateUntrained = createUntrained ? static () => new SmallVae(Side) : null,
        };

    private sealed class Parts(CancellationTokenSource? stop = null, string stopAt = "")
        : EvaluationProgress(stop?.Token ?? CancellationToken.None)
    {
        public List<string> Begun { get; } = [];

        protected override void OnBegin(string part)
        {
            Begun.Add(part);
            if (part == stopAt)
            {
                stop!.Cancel();
            }
        }
    }
}
