using System.Globalization;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Examples.Images;

/// <summary>One run of the program: data, training, pictures, measures.</summary>
internal sealed class PictureRun(Arguments arguments, CancellationToken stop) : IDisposable
{
    private readonly RunSession _session = new(
        new()
        {
            Folder = arguments.Out,
            Seed = arguments.Seed,
            IsResumed = arguments.Resume,
            Device = arguments.Device,
            Spec = Path.Combine(AppContext.BaseDirectory, arguments.Model.Spec),
            Curves = arguments.Model.Curves,
            Results = [.. Gallery.Files, .. ImageQualityMetric.Files],
        },
        stop);

    /// <summary>Makes the run.</summary>
    /// <returns>False where it was stopped before its end.</returns>
    public bool Execute()
    {
        var (training, test) = PictureData.Read(arguments.Data, stop);
        var options = Options();
        using var data = ImageDataset.Create(training, test, options.Validation.Fraction, device: _session.Device);
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
        (model as VqVae)?.FitPrior(data);
        gallery.Write();
        var quality = new ImageQualityMetric(model, data, arguments.Seed, _session.Folder.Path) { Extractor = given, CreateUntrained = () => _session.Create(arguments.Model.Create) };
        if (!_session.Evaluate(model is Vae vae ? [new LikelihoodBoundMetric(vae, data, arguments.Seed), quality] : [quality]))
            return false;
        Tell($"the checkpoints, the metrics, the pictures and the manifest are in {_session.Folder.Path}");
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

    private static void Tell(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
