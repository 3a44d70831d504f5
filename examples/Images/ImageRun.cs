using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Runs;

namespace ModelGen.Examples.Images;

/// <summary>One run of the program: data, training, images, metrics.</summary>
internal sealed class ImageRun(ImageModel kind, RunOptions options, string? extractor, CancellationToken stop) : IDisposable
{
    private readonly RunSession _session = new(
        options.Settings(Path.Combine("runs", kind.Word), kind.Spec, kind.Curves, [.. Gallery.Files, .. ImageQualityMetric.Files]),
        stop
    );

    /// <summary>Executes the run.</summary>
    /// <returns>False if it was stopped early.</returns>
    public bool Execute()
    {
        var (images, test) = ImageData.Read(options.Data, stop);
        var training = options.Of(kind.Training);
        using var data = SampleDataset.Create(images, test, training.Validation.Fraction, device: _session.Device);
        using var model = _session.Create(kind.Create);
        var objective = model.CreateObjective(data);
        if (options.FindLearningRate)
        {
            _session.FindLearningRate(objective, training, (int?)options.Steps);
            return true;
        }

        // Opened before training, so that an unusable file is reported first.
        using var given = extractor is null ? null : new TorchScriptExtractor(extractor);
        var gallery = new Gallery(model, data, _session.Folder, options.Seed);
        if (!_session.Train(objective, training, new SampleGrids(_session.SampleFolder, gallery.Grid, gallery.GridColumns)))
        {
            return false;
        }

        (model as VqVae)?.FitPrior(data);
        gallery.Write();
        var quality = new ImageQualityMetric(model, data, options.Seed, _session.Folder.Path)
        {
            Extractor = given,
            CreateUntrained = () => _session.Create(kind.Create),
        };
        if (!_session.Evaluate(model is Vae vae ? [new LikelihoodBoundMetric(vae, data, options.Seed), quality] : [quality]))
        {
            return false;
        }

        Console.WriteLine($"checkpoints, metrics, images and manifest are in {_session.Folder.Path}");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
