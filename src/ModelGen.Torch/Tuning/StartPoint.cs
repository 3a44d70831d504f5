using System.Security.Cryptography;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using TorchSharp;

namespace ModelGen.Tuning;

/// <summary>Where the weights are that a training starts from.</summary>
public abstract record StartPoint
{
    /// <summary>
    /// The weights that are not there and stay as they are drawn, by patterns of their names in the model's state: a name, all below it,
    /// and <c>*</c> for any letters of one part. All others must be there.
    /// </summary>
    public IReadOnlyList<string> New { get; init; } = [];

    /// <summary>Loads them into a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>What was loaded.</returns>
    /// <exception cref="ModelGenException">They cannot be read, or are those of another model.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal abstract LoadedStart Load<TModel>(TModel model, IProgress<double>? progress, CancellationToken cancellation)
        where TModel : torch.nn.Module, IGeneratedModel;
}

/// <summary>
/// The newest checkpoint of another run, with its tokenizer; where weights are averaged, the average. It is a run of the same model, or
/// with <see cref="StartPoint.New"/> of any whose other weights have the same names and shapes.
/// </summary>
public sealed record RunStart : StartPoint
{
    /// <summary>The folder of the run, relative to the one that the program runs in.</summary>
    public required string Folder { get; init; }

    /// <inheritdoc/>
    internal override LoadedStart Load<TModel>(TModel model, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var checkpoint = TrainedModel.OpenNewest(Folder, "The training is to start");
        var notes = New.Count > 0 ? checkpoint.LoadInto(model, New) : [];
        if (New.Count == 0)
        {
            checkpoint.LoadInto(model);
        }

        return new LoadedStart(Folder, checkpoint.Hash)
        {
            Step = checkpoint.Step,
            Notes =
            [
                .. checkpoint.Damaged.Select(damaged =>
                    $"the checkpoint {damaged}; the training starts from that of step {checkpoint.Step}"
                ),
                .. notes,
            ],
        };
    }
}

/// <summary>A file of weights in the layout that the model's spec names.</summary>
public sealed record FileStart : StartPoint
{
    /// <summary>A safetensors file, or the index of several, relative to the folder that the program runs in.</summary>
    public required string Path { get; init; }

    /// <inheritdoc/>
    internal override LoadedStart Load<TModel>(TModel model, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (model is not IPublishedModel published)
        {
            throw new ModelGenException(
                $"{model.GetName()} does not say how files name its weights; add 'weights: {{ layout: modelgen }}' to its spec."
            );
        }

        published.Weights.Load(Path, New, progress, cancellation);
        return new LoadedStart(Path, HashOf(Path));
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>The weights that a training has started from.</summary>
/// <param name="Path">Where they were.</param>
/// <param name="Hash">SHA-256 of the file, as hexadecimal digits.</param>
internal sealed record LoadedStart(string Path, string Hash)
{
    /// <summary>The step of their run; null for a file.</summary>
    public long? Step { get; init; }

    /// <summary>What to know about them, each a sentence without a full stop.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
