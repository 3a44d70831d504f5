using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Runs;
using ModelGen.Training;
using ModelGen.Tuning;
using static TorchSharp.torch;

namespace ModelGen.Examples.Images;

/// <summary>A model that the command line offers.</summary>
/// <param name="Word">Its name on the command line.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Spec">The file that defines it, next to the program.</param>
/// <param name="Run">Its run, with the options of the command line, the features by which images are compared and the folder of the run
/// that it starts from.</param>
internal sealed record ImageModel(string Word, string Summary, string Spec, Func<RunOptions, FeatureExtractor?, string?, ModelRun> Run)
{
    /// <summary>The model that starts from a run of another.</summary>
    public const string Tuned = "tuned-vae";

    /// <summary>All models.</summary>
    public static IReadOnlyList<ImageModel> All { get; } =
    [
        Of("vae", "a variational autoencoder", "vae.model.yaml", static device => new ImageVae(device), ImageVae.Training),
        Of(
            Tuned,
            "the same, from the weights of a run of it on other images",
            "vae.model.yaml",
            static device => new ImageVae(device),
            TunedVae.Training,
            TunedVae.FineTuning
        ),
        Of(
            "cvae",
            "a class-conditional variational autoencoder",
            "LabelledVae.cs",
            static device => new LabelledVae(device),
            LabelledVae.Training
        ),
        Of("vqvae", "a vector-quantised autoencoder", "vqvae.model.yaml", static device => new ImageVqVae(device), ImageVqVae.Training),
        Of("gan", "a generator against a discriminator", "gan.model.yaml", static device => new ImageGan(device), ImageGan.Training),
        Of(
            "cgan",
            "a class-conditional generator against a discriminator",
            "LabelledGan.cs",
            static device => new LabelledGan(device),
            LabelledGan.Training
        ),
    ];

    private static ImageModel Of<TModel>(
        string word,
        string summary,
        string spec,
        Func<Device, TModel> create,
        TrainingOptions training,
        FineTuning? tuning = null
    )
        where TModel : SampleModel
    {
        return new ImageModel(word, summary, spec, Run);

        SampleRun<TModel> Run(RunOptions options, FeatureExtractor? extractor, string? start) =>
            new()
            {
                Create = create,
                Training = options.Of(training),
                FineTuning = start is null ? tuning : tuning! with { Start = new RunStart { Folder = start } },
                ReadData = (model, _, stop) =>
                {
                    var (images, test) = ImageData.Read(options.Data, stop);
                    return SampleDataset.Create(images, test, training.Validation.Fraction, device: model.Device);
                },
                CreateObjective = static (model, data) => model.CreateObjective(data),
                Extractor = extractor,
            };
    }
}
