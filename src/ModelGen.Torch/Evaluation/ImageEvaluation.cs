using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Measures generated images against the model's data: how close their features are to those of held-out images, how diverse they are,
/// whether they are copies, and which classes they show.
/// </summary>
public sealed class ImageEvaluation : IDisposable
{
    /// <summary>The minimum number of training images, of held-out images, and of images to measure.</summary>
    public const int FewestImages = 10;

    private const int MostInSubset = 1000;

    private readonly SampleDataset _data;
    private readonly FeatureExtractor _extractor;
    private readonly Tensor _training;
    private readonly Tensor _heldOut;
    private readonly Tensor _trainingFeatures;
    private readonly Tensor _heldOutFeatures;

    /// <summary>Computes the features of the data once, for all models.</summary>
    /// <param name="data">The training and held-out images. Owned by the caller, and must outlive this object.</param>
    /// <param name="extractor">The feature extractor. Owned by the caller, and must outlive this object.</param>
    /// <param name="progress">Receives the progress; if cancelled, the evaluation stops before the next batch. Null for none.</param>
    /// <exception cref="ModelGenException">Fewer than 10 training or held-out images, or the extractor cannot process them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ImageEvaluation(SampleDataset data, FeatureExtractor extractor, EvaluationProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(extractor);
        if (Math.Min(data.Validation.Count, data.Training.Count) < FewestImages)
        {
            throw new ModelGenException(
                $"{data.Training.Count} training images and {data.Validation.Count} held-out ones are too few to evaluate against; "
                    + $"at least {FewestImages} of each are needed."
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
        progress.Begin("features of the held-out images");
        _heldOutFeatures = extractor.Features(_heldOut, progress);
        foreach (var kept in new[] { _training, _heldOut, _trainingFeatures, _heldOutFeatures })
        {
            kept.DetachFromDisposeScope();
        }
    }

    /// <summary>The Fréchet distance between images and the held-out images.</summary>
    /// <param name="images">[N, C, H, W], at least 2.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The distance.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FrechetDistance FrechetDistance(Tensor images, CancellationToken cancellationToken = default)
    {
        using var features = _extractor.Features(images, cancellationToken: cancellationToken);
        return Evaluation.FrechetDistance.Between(features, _heldOutFeatures);
    }

    /// <summary>The training image nearest to each image in feature space.</summary>
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
    /// Adds every figure: Fréchet and kernel distance, precision and recall, density and coverage, the data-copying tests in feature and
    /// pixel space, and as a reference for the distance <c>frechet_distance_of_training_images</c>, the value that real images reach. If
    /// the extractor is a classifier, also the class balance, and <c>label_agreement</c> for class-conditional samples.
    /// </summary>
    /// <param name="report">The report to add to; it also records the extractor.</param>
    /// <param name="images">The generated images, [N, C, H, W], at least 10.</param>
    /// <param name="asked">The requested classes, Int64 [N]; null for unconditional samples.</param>
    /// <param name="progress">Receives the progress; if cancelled, the evaluation stops before the next figure. Null for none.</param>
    /// <exception cref="ArgumentException">A dtype or a shape is wrong, or there are too few images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void AddTo(EvaluationReport report, Tensor images, Tensor? asked = null, EvaluationProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.size(0) < FewestImages)
        {
            throw new ArgumentException(
                $"Expected at least {FewestImages} images [N, C, H, W]; got [{string.Join(", ", images.shape)}].",
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
        progress.Begin("copied images, in feature space");
        report.Add(DataCopying.Measure(features, _heldOutFeatures, _trainingFeatures), "feature");
        progress.Begin("copied images, in pixel space");
        report.Add(DataCopying.Measure(images.cpu(), _heldOut, _training), "pixel");
        if (_extractor is not ClassifierExtractor classifier || _data.Training.Labels is null)
        {
            return;
        }

        progress.Begin("class balance");
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
