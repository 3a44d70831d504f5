using System.Runtime.InteropServices;
using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// A model's weights as published files hold them: it reads and writes safetensors files in the layout that the model's spec names.
/// </summary>
/// <remarks>
/// The layouts <c>gpt2</c> and <c>llama</c> are those of Hugging Face's transformers library, which reads the files that
/// <see cref="Save"/> writes.
/// </remarks>
/// <example>
/// <code>
/// using var model = new Gpt2();
/// model.Weights.Load("gpt2/model.safetensors");
/// </code>
/// </example>
public sealed class ModelWeights
{
    private const int ChunkElements = 1 << 20;

    private readonly nn.Module _model;
    private readonly WeightTable _table;

    /// <summary>Binds a table to a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="table">How files name and arrange its weights.</param>
    /// <param name="file">The file that its spec names; null for none.</param>
    public ModelWeights(nn.Module model, WeightTable table, string? file = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        (_model, _table, File) = (model, table, file);
    }

    /// <summary>The layout, as the spec names it.</summary>
    public string Layout => _table.Layout;

    /// <summary>The file that the spec names, relative to the working directory; null for none.</summary>
    public string? File { get; }

    /// <summary>Whether the model has the weights of a file or of a checkpoint rather than those drawn at its creation.</summary>
    public bool IsLoaded { get; internal set; }

    /// <summary>
    /// Reads the weights of a file, or of several with an index (<c>model.safetensors.index.json</c>), into the model. Float16 and bfloat16
    /// become float32. Everything is compared before the first weight changes.
    /// </summary>
    /// <param name="path">The file or the index, relative to the working directory; null for the one that the spec names.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels the read; some weights then are those of the file and some are not.</param>
    /// <returns>The weights that stay as they are, by their names in the model's state: all of those that belong to layers after the
    /// architecture of the layout, if the file has none of them.</returns>
    /// <exception cref="ModelGenException">The file cannot be read or is damaged, or holds weights of another model; the message names each
    /// tensor that is missing, surplus or of another shape.</exception>
    /// <exception cref="InvalidOperationException">No path is given, and the spec names no file.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public IReadOnlyList<string> Load(string? path = null, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        (path ?? File) is { } chosen
            ? Load(chosen, isNew: null, "use the weights of a model of these sizes, or change the spec", progress, cancellation)
            : throw new InvalidOperationException($"The spec of {_model.GetName()} names no file of weights; pass the path of one.");

    /// <summary>The same, with the weights named that stay as they are; the file must have all others.</summary>
    /// <param name="path">The file or the index, relative to the working directory.</param>
    /// <param name="newWeights">The weights that stay as they are, by patterns of their names in the model's state: a name, all below it,
    /// and <c>*</c> for any letters of one part.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels the read; some weights then are those of the file and some are not.</param>
    /// <exception cref="ModelGenException">The same, or a pattern covers no weight.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public void Load(
        string path,
        IReadOnlyList<string> newWeights,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(newWeights);
        StatePatterns.CheckCover(newWeights, _model.WeightNames(), "weight", _model);
        Load(
            path,
            name => StatePatterns.Cover(newWeights, name),
            "use the weights of a model of these sizes, name those that are new, or change the spec",
            progress,
            cancellation
        );
    }

    private IReadOnlyList<string> Load(
        string chosen,
        Func<string, bool>? isNew,
        string remedy,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        using var files = WeightFiles.Open(Path.GetFullPath(chosen));
        var fit = new WeightFit(_table, files, _model.state_dict(), isNew);
        if (fit.Problems.Count > 0)
        {
            throw new ModelGenException(
                $"The {WeightFiles.Kind} '{files.Path}' does not fit {_model.GetName()} in the layout '{Layout}': "
                    + $"{string.Join("; ", fit.Problems)}; {remedy}."
            );
        }

        var (done, all) = (0L, Math.Max(1, fit.Weights.Sum(static found => Count(found.Weight.Shape))));
        foreach (var found in fit.Weights)
        {
            Read(files, found, count =>
            {
                cancellation.ThrowIfCancellationRequested();
                done += count;
                progress?.Report((double)done / all);
            });
        }

        IsLoaded = true;
        return fit.New;
    }

    /// <summary>
    /// Writes the model's weights, with what adapters change of them, as float32 in one safetensors file; an earlier file stays until the
    /// new one is complete. Weights of layers that follow the architecture of the layout go by their names in the model's state.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelGenException">The file cannot be written, for example because the disk is full.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var scope = NewDisposeScope();
        using var changed = LowRankAdapter.Merge(_model);
        var state = _model.state_dict();
        var tensors = _table.Links.ToDictionary(
            static link => link.Name,
            link => new ArrangedWeight(link, state[link.Parameter]).ForFile(),
            StringComparer.Ordinal
        );
        foreach (var link in _table.Links.Where(static link => link.Added is not null))
        {
            tensors.Add(link.Added!, zeros(ArrangedWeight.AddedRows, tensors[link.Name].size(-1)));
        }

        // Without this word Hugging Face's library reads no file.
        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt" }, WeightFiles.Kind);
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, static (product, size) => product * size);

    private static void Read(WeightFiles files, FoundWeight found, Action<long> advance)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = found.Weight.Rows();
        var isDirect =
            found.Weight.IsPlain
            && found.Added is null
            && rows.device_type == DeviceType.CPU
            && rows.dtype == ScalarType.Float32
            && rows.is_contiguous();
        var read = isDirect ? rows : empty(found.Weight.Shape, ScalarType.Float32, CPU);
        var flat = read.view(-1);
        long start = 0;
        while (start < flat.numel())
        {
            var length = Math.Min(ChunkElements, flat.numel() - start);
            using var chunk = flat.narrow(0, start, length);
            files.Read(found.Name, start, MemoryMarshal.Cast<byte, float>(chunk.bytes));
            start += length;
            advance(length);
        }

        if (isDirect)
        {
            return;
        }

        if (found.Added is not null)
        {
            var row = empty(read.size(-1), ScalarType.Float32, CPU);
            files.Read(found.Added, 0, MemoryMarshal.Cast<byte, float>(row.bytes));
            read = read.Plus(row);
        }

        found.Weight.Take(read);
    }
}
