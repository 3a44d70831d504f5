using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Pictures;
using ModelGen.Runs;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Examples.Images;

/// <summary>One run of the program: data, training, pictures, measures.</summary>
internal sealed class PictureRun(Arguments arguments, CancellationToken stop) : IDisposable
{
    private const string Neighbours = "neighbours.png", ClassifierFile = "classifier.safetensors", Report = "evaluation.json";
    private const int LeastMeasured = 100, MostMeasured = 10_000, Draws = 50;

    private readonly RunSession _session = new(
        new()
        {
            Folder = arguments.Out,
            Seed = arguments.Seed,
            IsResumed = arguments.Resume,
            Device = arguments.Device,
            Spec = Path.Combine(AppContext.BaseDirectory, arguments.Model.Spec),
            Curves = arguments.Model.Curves,
            Results = [.. Gallery.Files, Neighbours, ClassifierFile, Report],
        },
        stop);

    /// <summary>Makes the run.</summary>
    /// <returns>False where it was stopped before its end.</returns>
    public bool Execute()
    {
        var (training, test) = PictureData.Read(arguments.Data, stop);
        var options = Options();
        using var data = SampleDataset.Create(training, test, options.Validation.Fraction, device: _session.Device);
        using var model = _session.Create(arguments.Model.Create);
        var objective = model.CreateObjective(data);
        if (arguments.FindLearningRate)
        {
            _session.FindLearningRate(objective, options, (int?)arguments.Steps);
            return true;
        }

        // Opened before anything is trained: a file that cannot be used is told now.
        using var given = arguments.Extractor is { } file ? new TorchScriptExtractor(file) : null;
        var gallery = new Gallery(model, data, _session.Folder, arguments.Seed);
        if (!_session.Train(objective, options, new SampleGrids(_session.SampleFolder, gallery.Grid, gallery.GridColumns)))
            return false;
        try
        {
            (model as VqVae)?.FitPrior(data);
            gallery.Write();
            Evaluate(model, objective, data, gallery, options.BatchSize, given);
        }
        catch (OperationCanceledException)
        {
            Tell($"stopped while measuring; the model is trained and saved, and the same command with --resume measures it");
            return false;
        }

        Tell($"the checkpoints, the metrics, the pictures, the manifest and {Report} are in {_session.Folder.Path}");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private TrainingOptions Options() => arguments switch
    {
        { Epochs: { } epochs } => arguments.Model.Training with { Duration = Duration.Epochs(epochs) },
        { Steps: { } steps } => arguments.Model.Training with { Duration = Duration.Steps(steps) },
        _ => arguments.Model.Training,
    };

    private void Evaluate(SampleModel model, Objective objective, SampleDataset data, Gallery gallery, int batchSize, FeatureExtractor? given)
    {
        using var scope = NewDisposeScope();
        Tell($"measuring; on a large data set this takes minutes");
        var isEnough = Math.Min(data.Training.Count, data.Validation.Count) >= ImageEvaluation.FewestPictures;
        using var classifier = given is null && isEnough ? Classifier(data) : null;
        var extractor = isEnough ? given ?? classifier : null;
        var report = new EvaluationReport(model.GetName(), extractor);
        report.AddSeed("run", arguments.Seed);
        foreach (var measure in objective.Validate(batchSize))
            report.Add($"validation_{measure.Name}", measure.Value);
        if (model is Vae vae)
        {
            report.Add("log_likelihood_bound", Bound(vae, data));
            report.AddCount("log_likelihood_bound_draws", Draws);
        }

        if (extractor is not null)
            AddSamples(report, extractor, data, gallery);
        else if (isEnough)
            report.AddNote("The data have no classes to train a classifier on, and no --extractor was given: what hangs on features is left out.");
        else
            report.AddNote($"Fewer than {ImageEvaluation.FewestPictures} pictures are held back or trained on: what hangs on features is left out.");
        report.Write(_session.Folder[Report]);
        Tell($"measured on {data.Validation.Count:N0} pictures that were held back{(extractor is null ? "" : $", in the features of {extractor.Name}")}:");
        foreach (var (name, value) in report.Figures)
            Tell($"  {name.Replace('_', ' '),-40} {value:0.####}");
        foreach (var note in report.Notes)
            Console.WriteLine(note);
    }

    private ClassifierExtractor? Classifier(SampleDataset data)
    {
        if (data.Training.Labels is not { } labels)
            return null;
        Tell($"training the classifier whose features pictures are compared by");
        using var training = data.Training.Blocks((int)data.Training.Count).Single();
        using var test = data.Validation.Blocks((int)data.Validation.Count).Single();
        var classifier = ClassifierExtractor.Train(training.Samples, labels, test.Samples, test.Labels!, data.Classes.Count, seed: arguments.Seed, cancellationToken: stop);
        classifier.Save(_session.Folder[ClassifierFile]);
        return classifier;
    }

    private void AddSamples(EvaluationReport report, FeatureExtractor extractor, SampleDataset data, Gallery gallery)
    {
        using var evaluation = new ImageEvaluation(data, extractor, stop);

        // As many as they are compared with, within bounds.
        var count = (int)Math.Clamp(data.Validation.Count, LeastMeasured, MostMeasured);
        var (pictures, asked) = gallery.Draw(count);
        evaluation.AddTo(report, pictures, asked, stop);

        // What the same network draws before it has learned anything.
        using var untrained = _session.Create(arguments.Model.Create);
        (untrained as VqVae)?.FitPrior(data);
        var (first, _) = new Gallery(untrained, data, _session.Folder, arguments.Seed).Draw(count);
        report.Add("frechet_distance_untrained", evaluation.FrechetDistance(first, stop).Value);
        var shown = pictures[..20];
        PictureGrid.WritePairs(_session.Folder[Neighbours], shown, evaluation.NearestTrainingPictures(shown, stop), columns: 10, scale: 2);
    }

    private double Bound(Vae vae, SampleDataset data)
    {
        var sum = 0.0;
        ulong block = 0;
        foreach (var images in data.Validation.Blocks(250))
        {
            using var scope = NewDisposeScope();
            using var batch = images;
            stop.ThrowIfCancellationRequested();
            sum += vae.LogLikelihoodBound(batch.Samples, Draws, arguments.Seed + block++, vae.ClassCount > 0 ? batch.Labels : null).sum().item<float>();
        }

        return sum / data.Validation.Count;
    }

    private static void Tell(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
