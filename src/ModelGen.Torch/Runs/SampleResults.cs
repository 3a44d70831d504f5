using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Plots;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Runs;

/// <summary>The samples of a model and, where they are images, pictures of what it has learned.</summary>
internal sealed class SampleResults(SampleModel model, SampleDataset data, ulong seed) : RunResults
{
    private const string Samples = "samples.png",
        Reconstructions = "reconstructions.png",
        Interpolations = "interpolations.png",
        Traversals = "traversals.png",
        Map = "latent-map.png";

    private const int Columns = 10,
        Scale = 2;

    /// <summary>The features by which images are compared; null to train a classifier for that.</summary>
    public FeatureExtractor? Extractor { get; init; }

    /// <summary>Creates the model with random weights, to compare the trained one with.</summary>
    public required Func<Device, SampleModel> Create { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files =>
        IsOfImages ? [Samples, Reconstructions, Interpolations, Traversals, Map, .. ImageQualityMetric.Files] : [];

    private bool IsOfImages => model.SampleShape is [1 or 3, _, _];

    // One column per class if the model is class-conditional.
    private int GridColumns => model.ClassCount > 0 ? model.ClassCount : Columns;

    /// <inheritdoc/>
    public override SampleFiles? WhileTraining(string folder) => IsOfImages ? new SampleGrids(folder, Grid, GridColumns) : null;

    /// <inheritdoc/>
    public override void Write(RunFolder folder, CancellationToken stop)
    {
        (model as VqVae)?.FitPrior(data);
        if (!IsOfImages)
        {
            return;
        }

        using var scope = NewDisposeScope();
        ImageGrid.Write(folder[Samples], Draw(Columns * GridColumns), GridColumns, Scale);
        using var held = data.Validation.Batch(4 * Columns, seed: 0, batch: 0);
        var labels = Labels(held);
        if (Reconstructed(held) is { } reconstructed)
        {
            ImageGrid.WritePairs(folder[Reconstructions], held.Samples, reconstructed, Columns, Scale);
        }

        stop.ThrowIfCancellationRequested();
        if (model is Vae vae)
        {
            WriteMap(vae, folder);
            using (no_grad())
            {
                WriteWays(vae, vae.Encode(held.Samples, labels).Mean, labels, Interpolation.Linear, folder);
            }
        }
        else if (model is LatentModel latent)
        {
            using var generator = new Generator(seed);
            WriteWays(latent, randn([4 * Columns, latent.LatentSize], generator: generator), labels, Interpolation.Spherical, folder);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics(RunFolder folder) =>
        [
            .. model is Vae vae ? new[] { new LikelihoodBoundMetric(vae, data, seed) } : [],
            .. IsOfImages
                ? new[]
                {
                    new ImageQualityMetric(model, data, seed, folder.Path) { Extractor = Extractor, CreateUntrained = Untrained },
                }
                : [],
        ];

    private SampleModel Untrained()
    {
        manual_seed(unchecked((long)seed)).Dispose();
        return Create(model.Device);
    }

    // A vector-quantised autoencoder, which cannot sample before its codes are counted, shows reconstructions of held-back images.
    private Tensor Grid()
    {
        if (model is VqVae)
        {
            using var held = data.Validation.Batch(Columns * Columns, seed: 0, batch: 0);
            return Reconstructed(held)!;
        }

        return Draw(Columns * GridColumns);
    }

    // Balanced over the classes if the model is class-conditional.
    private Tensor Draw(int count)
    {
        using var labels =
            model.ClassCount > 0 ? tensor(Enumerable.Range(0, count).Select(index => (long)(index % model.ClassCount)).ToArray()) : null;
        return model.Sample(count, seed, labels);
    }

    // Null for a model that cannot reconstruct.
    private Tensor? Reconstructed(SampleBatch held) =>
        model switch
        {
            Vae vae => vae.Reconstruct(held.Samples, Labels(held)),
            VqVae codes => codes.Reconstruct(held.Samples, Labels(held)),
            _ => null,
        };

    private Tensor? Labels(SampleBatch batch) => model.ClassCount > 0 ? batch.Labels : null;

    // Interpolations between ten pairs of latents, and traversals of the first ten axes. A row keeps its class.
    private void WriteWays(LatentModel latent, Tensor points, Tensor? labels, Interpolation interpolation, RunFolder folder)
    {
        var ways = Enumerable
            .Range(0, Columns)
            .Select(row => latent.Interpolate(points[row], points[row + Columns], Columns, interpolation, Label(row)));
        ImageGrid.Write(folder[Interpolations], cat([.. ways]), Columns, Scale);
        var axes = Enumerable
            .Range(0, Math.Min(Columns, latent.LatentSize))
            .Select(axis => latent.Traverse(points[0], axis, steps: Columns, label: Label(0)));
        ImageGrid.Write(folder[Traversals], cat([.. axes]), Columns, Scale);

        int? Label(int row) => labels is null ? null : (int)labels[row].item<long>();
    }

    // The latents of the held-back images, projected onto their first two principal components.
    private void WriteMap(Vae vae, RunFolder folder)
    {
        using var noGrad = no_grad();
        var blocks = data.Validation.Blocks(500).Select(block => vae.Encode(block.Samples, Labels(block)).Mean);
        var latents = cat([.. blocks]);
        var centred = latents - latents.mean([0]);
        var (_, _, directions) = linalg.svd(centred, fullMatrices: false);
        var plane = vae.LatentSize > 1 ? centred.matmul(directions[..2].t()) : cat([centred, zeros_like(centred)], 1);
        LatentMap.Write(
            folder[Map],
            plane,
            data.Validation.Labels,
            data.Classes.Count > 0 ? data.Classes : null,
            "component 1",
            "component 2"
        );
    }
}
