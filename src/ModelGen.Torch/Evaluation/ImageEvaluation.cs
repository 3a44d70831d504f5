using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Measures images that a model has made against the data it learned from: how near their features are to those of images held back,
/// how varied they are, whether they are copies, and which classes they show.
/// </summary>
public sealed class ImageEvaluation : IDisposable
{
    /// <summary>How many images each side takes at least: those trained on, those held back, and those to measure.</summary>
    public const int FewestImages = 10;

    private const int MostInSubset = 1000;

    private readonly SampleDataset _data;
    private readonly FeatureExtractor _extractor;
    private readonly Tensor _training;
    private readonly Tensor _heldOut;
    private readonly Tensor _trainingFeatures;
    private readonly Tensor _heldOutFeatures;

    /// <summary>Computes the features of the data, once for all models.</summary>
    /// <param name="data">The images that the models learned from, and those held back. It belongs to the caller, who keeps it until this
    /// is disposed.</param>
    /// <param name="extractor">What makes the features. It belongs to the caller, who keeps it until this is disposed.</param>
    /// <param name="progress">Told how far it is; it stops before the next batch where that is cancelled. Null to tell nobody.</param>
    /// <exception cref="ModelGenException">Fewer than 10 images are held back, or the extractor cannot read them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ImageEvaluation(SampleDataset data, FeatureExtractor extractor, EvaluationProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(extractor);
        if (Math.Min(data.Validation.Count, data.Training.Count) < FewestImages)
        {
            throw new ModelGenException(
                $"{data.Training.Count} images to train on and {data.Validation.Count} held back are too few to measure others "
                    + $"by; each takes {FewestImages}."
            );
        }

        _data = data;
        _extractor = extractor;
        progress ??= new EvaluationProgress();
        using var scope = NewDisposeScope();
        _training = Unit(data.Training);
        _heldOut = Unit(data.Validation);
        progress.Begin("features of the training images");
        _trainingFeatures = extractor.Features(_training, progress);
        progress.Begin("features of the images held back");
        _heldOutFeatures = extractor.Features(_heldOut, progress);
        foreach (var kept in new[] { _training, _heldOut, _trainingFeatures, _heldOutFeatures })
        {
            kept.DetachFromDisposeScope();
        }
    }

    /// <summary>The Fréchet distance of images to those held back.</summary>
    /// <param name="images">[N, C, H, W], at least 2.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The distance.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FrechetDistance FrechetDistance(Tensor images, CancellationToken cancellationToken = default)
    {
        using var features = _extractor.Features(images, cancellationToken: cancellationToken);
        return Evaluation.FrechetDistance.Between(features, _heldOutFeatures);
    }

    /// <summary>The training image that is nearest to each image, by its features.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>[N, C, H, W]; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor NearestTrainingImages(Tensor images, CancellationToken cancellationToken = default)
    {
        using var features = _extractor.Features(images, cancellationToken: cancellationToken);
        using var neighbours = NearestNeighbours.Find(features, _trainingFeatures);
        using var indices = neighbours.Indices.squeeze(1);
        return _training.index_select(0, indices);
    }

    /// <summary>
    /// Adds every figure: Fréchet and kernel distance, precision and recall, density and coverage, the tests for copying in features and in
    /// pixels, and as a metric for the distance <c>frechet_distance_of_training_images</c>, what real images reach. Where the
    /// extractor is a classifier, also the balance of classes, and <c>label_agreement</c> for images of asked classes.
    /// </summary>
    /// <param name="report">Where to; it names the extractor as well.</param>
    /// <param name="images">What the model made, [N, C, H, W], at least 10.</param>
    /// <param name="asked">The classes that were asked for, Int64 [N]; null where none were.</param>
    /// <param name="progress">Told how far it is; it stops before the next figure where that is cancelled. Null to tell nobody.</param>
    /// <exception cref="ArgumentException">A type or a shape is wrong, or there are too few images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void AddTo(EvaluationReport report, Tensor images, Tensor? asked = null, EvaluationProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.size(0) < FewestImages)
        {
            throw new ArgumentException(
                $"To measure images takes at least {FewestImages} of them [N, C, H, W], not [{string.Join(", ", images.shape)}].",
                nameof(images)
            );
        }

        progress ??= new EvaluationProgress();
        using var scope = NewDisposeScope();
        progress.Begin("features of the samples");
        var features = _extractor.Features(images, progress);
        report.Add(_extractor);
        report.AddCount("generated", images.size(0));
        report.AddCount("held_out", _data.Validation.Count);
        report.AddCount("training", _data.Training.Count);
        progress.Begin("Fréchet distance");
        report.Add(Evaluation.FrechetDistance.Between(features, _heldOutFeatures));
        report.Add("frechet_distance_of_training_images", Evaluation.FrechetDistance.Between(_trainingFeatures, _heldOutFeatures).Value);
        progress.Begin("kernel distance");
        report.Add(
            KernelDistance.Between(
                features,
                _heldOutFeatures,
                subsetSize: (int)Math.Min(MostInSubset, Math.Min(images.size(0), _data.Validation.Count))
            )
        );
        progress.Begin("precision and recall");
        report.Add(PrecisionRecall.Between(features, _heldOutFeatures));
        progress.Begin("density and coverage");
        report.Add(DensityCoverage.Between(features, _heldOutFeatures));
        progress.Begin("copied images, by their features");
        report.Add(DataCopying.Measure(features, _heldOutFeatures, _trainingFeatures), "feature");
        progress.Begin("copied images, by their pixels");
        report.Add(DataCopying.Measure(images.cpu(), _heldOut, _training), "pixel");
        if (_extractor is not ClassifierExtractor classifier || _data.Training.Labels is null)
        {
            return;
        }

        progress.Begin("balance of classes");
        var shown = classifier.Classify(images, cancellationToken: progress.CancellationToken);
        report.Add(ClassBalance.Between(shown, _data.Training.Labels, _data.Classes));
        if (asked is not null)
        {
            report.Add("label_agreement", shown.eq(asked.cpu()).to(ScalarType.Float64).mean().item<double>());
        }
    }

    /// <summary>Frees the features.</summary>
    public void Dispose()
    {
        _training.Dispose();
        _heldOut.Dispose();
        _trainingFeatures.Dispose();
        _heldOutFeatures.Dispose();
    }

    private static Tensor Unit(SampleSplit split)
    {
        using var whole = split.Blocks((int)split.Count).Single();
        return whole.Samples.cpu();
    }
}
