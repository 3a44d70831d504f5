using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Examples.Images;

/// <summary>The images that show what a model has learned.</summary>
internal sealed class Gallery(SampleModel model, SampleDataset data, RunFolder folder, ulong seed)
{
    private const string Samples = "samples.png",
        Reconstructions = "reconstructions.png",
        Interpolations = "interpolations.png",
        Traversals = "traversals.png",
        Map = "latent-map.png";

    private const int Columns = 10,
        Scale = 2;

    /// <summary>The names of all files that <see cref="Write"/> may write.</summary>
    public static IReadOnlyList<string> Files { get; } = [Samples, Reconstructions, Interpolations, Traversals, Map];

    /// <summary>Images per row of <see cref="Grid"/>: one per class if the model is class-conditional.</summary>
    public int GridColumns => model.ClassCount > 0 ? model.ClassCount : Columns;

    /// <summary>New images, balanced over the classes if the model is class-conditional.</summary>
    public (Tensor Images, Tensor? Labels) Draw(int count)
    {
        using var numbers = arange(count, dtype: ScalarType.Int64);
        var labels = model.ClassCount > 0 ? numbers.remainder(model.ClassCount) : null;
        return (model.Sample(count, seed, labels), labels);
    }

    /// <summary>
    /// A grid to monitor training: new images, with a column per class if the model is class-conditional. A vector-quantised autoencoder,
    /// which cannot sample before its codes are counted, shows reconstructions of held-back images.
    /// </summary>
    public Tensor Grid()
    {
        if (model is VqVae)
        {
            using var held = data.Validation.Batch(Columns * Columns, seed: 0, batch: 0);
            return Reconstructed(held)!;
        }

        var (images, labels) = Draw(Columns * GridColumns);
        labels?.Dispose();
        return images;
    }

    /// <summary>Writes every kind of image that the model supports.</summary>
    public void Write()
    {
        using var scope = NewDisposeScope();
        var (images, _) = Draw(Columns * GridColumns);
        ImageGrid.Write(folder[Samples], images, GridColumns, Scale);
        using var held = data.Validation.Batch(4 * Columns, seed: 0, batch: 0);
        var labels = Labels(held);
        if (Reconstructed(held) is { } reconstructed)
        {
            ImageGrid.WritePairs(folder[Reconstructions], held.Samples, reconstructed, Columns, Scale);
        }

        if (model is Vae vae)
        {
            WriteMap(vae);
            using (no_grad())
            {
                WriteWays(vae, vae.Encode(held.Samples, labels).Mean, labels, Interpolation.Linear);
            }
        }
        else if (model is LatentModel latent)
        {
            using var generator = new Generator(seed);
            WriteWays(latent, randn([4 * Columns, latent.LatentSize], generator: generator), labels, Interpolation.Spherical);
        }
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
    private void WriteWays(LatentModel latent, Tensor points, Tensor? labels, Interpolation interpolation)
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
    private void WriteMap(Vae vae)
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
