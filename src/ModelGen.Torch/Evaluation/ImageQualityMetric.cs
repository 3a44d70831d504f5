using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Plots;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// What a model draws against the images held back, see <see cref="ImageEvaluation"/>, and what it drew before it was trained. The
/// features are those of a given extractor, or of a classifier that is trained on the data and kept in <c>classifier.safetensors</c>;
/// <c>neighbours.png</c> shows samples above the training images nearest to them. Where the data have neither classes nor an extractor,
/// or too few images, it adds a note instead.
/// </summary>
public sealed class ImageQualityMetric : Metric
{
    private const string Neighbours = "neighbours.png";
    private const string Classifier = "classifier.safetensors";
    private const int LeastMeasured = 100;
    private const int MostMeasured = 10_000;
    private const int Shown = 20;
    private const int Columns = 10;

    private readonly SampleModel _model;
    private readonly SampleDataset _data;
    private readonly ulong _seed;
    private readonly string _folder;

    /// <summary>Creates the metric.</summary>
    /// <param name="model">The trained model, ready to draw.</param>
    /// <param name="data">The images that it learned from, and those held back.</param>
    /// <param name="seed">The seed of the samples, and of the classifier.</param>
    /// <param name="folder">Where <see cref="Files"/> go.</param>
    public ImageQualityMetric(SampleModel model, SampleDataset data, ulong seed, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _model = model;
        _data = data;
        _seed = seed;
        _folder = folder;
    }

    /// <summary>The names of the files that it writes.</summary>
    public static IReadOnlyList<string> Files { get; } = [Neighbours, Classifier];

    /// <summary>What makes the features, which the caller disposes; null for a classifier trained on the data.</summary>
    public FeatureExtractor? Extractor { get; init; }

    /// <summary>Makes the model with the weights that it began with, to be measured as well and disposed; null to leave that out.</summary>
    public Func<SampleModel>? CreateUntrained { get; init; }

    /// <inheritdoc/>
    public override string Name => "quality of the samples";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        if (Math.Min(_data.Training.Count, _data.Validation.Count) < ImageEvaluation.FewestImages)
        {
            report.AddNote(
                $"Fewer than {ImageEvaluation.FewestImages} images are held back or trained on: what hangs on features is left out."
            );
            return;
        }

        using var classifier = Extractor is null ? TrainClassifier(progress) : null;
        if ((Extractor ?? classifier) is not { } extractor)
        {
            report.AddNote(
                "The data have no classes to train a classifier on, and no --extractor was given: what hangs on features is left out."
            );
            return;
        }

        using var scope = NewDisposeScope();
        using var evaluation = new ImageEvaluation(_data, extractor, progress);

        // As many as they are compared with, within bounds.
        var count = (int)Math.Clamp(_data.Validation.Count, LeastMeasured, MostMeasured);
        progress.Begin("samples");
        var (images, asked) = Draw(_model, count);
        evaluation.AddTo(report, images, asked, progress);
        if (CreateUntrained is not null)
        {
            progress.Begin("samples of the untrained model");
            using var untrained = CreateUntrained();
            (untrained as VqVae)?.FitPrior(_data);
            report.Add(
                "frechet_distance_untrained",
                evaluation.FrechetDistance(Draw(untrained, count).Images, progress.CancellationToken).Value
            );
        }

        progress.Begin("nearest training images");
        var shown = images.narrow(0, 0, Shown);
        ImageGrid.WritePairs(
            Path.Combine(_folder, Neighbours),
            shown,
            evaluation.NearestTrainingImages(shown, progress.CancellationToken),
            Columns,
            scale: 2
        );
    }

    // Of each class alike where the model draws an asked one.
    private (Tensor Images, Tensor? Asked) Draw(SampleModel model, int count)
    {
        var asked =
            model.ClassCount > 0 ? tensor(Enumerable.Range(0, count).Select(index => (long)(index % model.ClassCount)).ToArray()) : null;
        return (model.Sample(count, _seed, asked), asked);
    }

    private ClassifierExtractor? TrainClassifier(EvaluationProgress progress)
    {
        if (_data.Training.Labels is not { } labels)
        {
            return null;
        }

        progress.Begin("classifier whose features images are compared by");
        using var training = _data.Training.Blocks((int)_data.Training.Count).Single();
        using var test = _data.Validation.Blocks((int)_data.Validation.Count).Single();
        var classifier = ClassifierExtractor.Train(
            training.Samples,
            labels,
            test.Samples,
            test.Labels!,
            _data.Classes.Count,
            seed: _seed,
            progress: new Passes(progress),
            cancellationToken: progress.CancellationToken
        );
        classifier.Save(Path.Combine(_folder, Classifier));
        return classifier;
    }

    private sealed class Passes(EvaluationProgress progress) : IProgress<ClassifierProgress>
    {
        public void Report(ClassifierProgress value) => progress.Advance(value.Epoch, value.Epochs);
    }
}
