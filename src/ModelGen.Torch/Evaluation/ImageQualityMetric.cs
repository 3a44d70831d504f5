using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Plots;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Compares a model's samples with the held-out images, see <see cref="ImageEvaluation"/>, and likewise the samples of the untrained model.
/// The features come from a given extractor, or from a classifier that is trained on the data and saved as <c>classifier.safetensors</c>;
/// <c>neighbours.png</c> shows samples above their nearest training images. If there are neither classes nor an extractor, or too few
/// images, it adds a note instead.
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
    /// <param name="model">The trained model, ready to sample.</param>
    /// <param name="data">The training and held-out images.</param>
    /// <param name="seed">Seeds the samples and the classifier.</param>
    /// <param name="folder">The folder for <see cref="Files"/>.</param>
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

    /// <summary>The feature extractor, which the caller disposes; null to train a classifier on the data.</summary>
    public FeatureExtractor? Extractor { get; init; }

    /// <summary>Creates the model with its initial weights, which is measured too and then disposed; null to skip this.</summary>
    public Func<SampleModel>? CreateUntrained { get; init; }

    /// <inheritdoc/>
    public override string Name => "sample quality";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        if (Math.Min(_data.Training.Count, _data.Validation.Count) < ImageEvaluation.FewestImages)
        {
            report.AddNote(
                $"There are fewer than {ImageEvaluation.FewestImages} training or held-out images: feature-based figures are omitted."
            );
            return;
        }

        using var classifier = Extractor is null ? TrainClassifier(progress) : null;
        if ((Extractor ?? classifier) is not { } extractor)
        {
            report.AddNote(
                "The data have no classes to train a classifier on, and no --extractor was given: feature-based figures are omitted."
            );
            return;
        }

        using var scope = NewDisposeScope();
        using var evaluation = new ImageEvaluation(_data, extractor, progress);

        // As many as there are held-out images, within bounds.
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

    // Equal numbers of each class if the model is class-conditional.
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

        progress.Begin("classifier for the features");
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
