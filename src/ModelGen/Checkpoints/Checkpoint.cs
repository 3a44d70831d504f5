using System.Globalization;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// A moment of a run in one safetensors file: the model's weights (<c>model.NAME</c>), the optimizer's state (<c>optimizer.NAME</c>), averaged
/// weights where the run keeps them (<c>average.NAME</c>), and as
/// metadata the step, the seed, the tokenizer, and what the file belongs to (model, architecture, data).
/// </summary>
public sealed class Checkpoint : IDisposable
{
    internal const string TokenizerKey = "tokenizer";

    private const string ModelPrefix = "model.";
    private const string OptimizerPrefix = "optimizer.";
    private const string AveragePrefix = "average.";
    private const string FormatKey = "format";
    private const string Format = "modelgen-checkpoint-1";
    private const string ModelKey = "model";
    private const string FingerprintKey = "fingerprint";
    private const string DataKey = "data";
    private const string StepKey = "step";
    private const string SeedKey = "seed";
    private const string OptimizersKey = "optimizers";

    private readonly Safetensors _file;

    private Checkpoint(Safetensors file)
    {
        _file = file;
        if (Text(FormatKey) is var format && format != Format)
            throw new ModelGenException($"'{file.Path}' has the format '{format}', but this version of ModelGen reads '{Format}'.");
        ModelName = Text(ModelKey);
        Fingerprint = Text(FingerprintKey);
        DataFingerprint = Text(DataKey);
        if (!long.TryParse(Text(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ||
            !ulong.TryParse(Text(SeedKey), NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            throw new ModelGenException($"'{file.Path}' is a damaged checkpoint: its step or its seed is no number; use another copy of the file.");
        Step = step;
        Seed = seed;
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The name of the model that was saved.</summary>
    public string ModelName { get; }

    /// <summary>The hash of the saved model's architecture.</summary>
    public string Fingerprint { get; }

    /// <summary>The hash of the data that the model was trained on.</summary>
    public string DataFingerprint { get; }

    /// <summary>The steps made.</summary>
    public long Step { get; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>Opens a checkpoint and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint, open for reading until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, damaged, or no checkpoint of ModelGen.</exception>
    public static Checkpoint Open(string path)
    {
        var file = Safetensors.Open(path);
        try
        {
            return new Checkpoint(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Builds the tokenizer that the saved model was trained with.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The checkpoint holds no tokenizer.</exception>
    public Tokenizer CreateTokenizer() => Tokenizer.Parse(Text(TokenizerKey));

    /// <summary>Copies the saved weights into a language model of the same architecture: the averaged ones where the run kept them.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelGenException">The checkpoint is of another model; the message names both and the first tensor that differs.</exception>
    public void LoadInto(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        LoadForUse(model, model.Fingerprint);
    }

    /// <summary>Copies the saved weights into a model of pictures of the same architecture: the averaged ones where the run kept them.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelGenException">The checkpoint is of another model; the message names both and the first tensor that differs.</exception>
    public void LoadInto(ImageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        LoadForUse(model, model.Fingerprint);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a checkpoint atomically.</summary>
    internal static void Save(string path, Objective objective, IReadOnlyList<Optimizer> optimizers, WeightAverage? average, long step, ulong seed)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in objective.Model.state_dict())
            tensors.Add(ModelPrefix + name, tensor);
        foreach (var (name, tensor) in optimizers.SelectMany(static optimizer => optimizer.State))
            tensors.Add(OptimizerPrefix + name, tensor);
        foreach (var (name, tensor) in average?.State ?? new Dictionary<string, Tensor>())
            tensors.Add(AveragePrefix + name, tensor);
        var metadata = new Dictionary<string, string>(objective.Metadata, StringComparer.Ordinal)
        {
            [FormatKey] = Format,
            [ModelKey] = objective.Model.GetName(),
            [FingerprintKey] = objective.Fingerprint,
            [DataKey] = objective.DataFingerprint,
            [StepKey] = step.ToString(CultureInfo.InvariantCulture),
            [SeedKey] = seed.ToString(CultureInfo.InvariantCulture),
            [OptimizersKey] = Kinds(optimizers),
        };
        Safetensors.Write(path, tensors, metadata);
    }

    private void LoadForUse(nn.Module model, string fingerprint)
    {
        LoadInto(model, fingerprint);
        foreach (var (name, tensor) in model.state_dict().Where(entry => _file.Entries.ContainsKey(AveragePrefix + entry.Key)))
            _file.ReadInto(AveragePrefix + name, tensor);
    }

    /// <summary>Copies the saved weights of training into a model of the same architecture.</summary>
    internal void LoadInto(nn.Module model, string fingerprint)
    {
        var state = model.state_dict();
        var difference = Difference(state, ModelPrefix);
        if (difference is not null || fingerprint != Fingerprint)
        {
            var why = difference ?? "their tensors agree, but not what is computed with them";
            throw new ModelGenException($"The checkpoint '{Path}' belongs to the model {ModelName} ({Short(Fingerprint)}), not to this {model.GetName()} ({Short(fingerprint)}): {why}; use a checkpoint of this model, or train a new one.");
        }

        foreach (var (name, tensor) in state)
            _file.ReadInto(ModelPrefix + name, tensor);
    }

    /// <summary>Copies the saved state into optimizers of the same kinds; their steps are the caller's to set.</summary>
    internal void LoadInto(IReadOnlyList<Optimizer> optimizers)
    {
        // Adam and AdamW have state of the same names and shapes.
        if (Text(OptimizersKey) is var saved && saved != Kinds(optimizers))
            throw new ModelGenException($"The checkpoint '{Path}' was made with another optimizer: {saved}, not {Kinds(optimizers)}; resume it with its own optimizer, or train a new model.");
        var state = optimizers.SelectMany(static optimizer => optimizer.State).ToList();
        if (Difference(state, OptimizerPrefix) is { } difference)
            throw new ModelGenException($"The checkpoint '{Path}' was made with another optimizer: {difference}; resume it with its own optimizer, or train a new model.");
        foreach (var (name, tensor) in state)
            _file.ReadInto(OptimizerPrefix + name, tensor);
    }

    /// <summary>Copies the saved average, or finds that there is none where none is wanted; its count of updates is the caller's to set.</summary>
    internal void LoadInto(WeightAverage? average)
    {
        var state = average?.State ?? new Dictionary<string, Tensor>();
        if (Difference(state, AveragePrefix) is { } difference)
            throw new ModelGenException($"The checkpoint '{Path}' was made {(average is null ? "with" : "without these")} averaged weights: {difference}; resume it with 'average' as it was, or train a new model.");
        foreach (var (name, tensor) in state)
            _file.ReadInto(AveragePrefix + name, tensor);
    }

    private static string Kinds(IEnumerable<Optimizer> optimizers) => string.Join(", ", optimizers.Select(static optimizer => optimizer.GetType().Name));

    private static string Short(string fingerprint) => fingerprint[..Math.Min(8, fingerprint.Length)];

    /// <summary>The first difference between what is wanted and what the file holds under a prefix.</summary>
    private string? Difference(IEnumerable<KeyValuePair<string, Tensor>> wanted, string prefix)
    {
        var saved = _file.Entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);
        foreach (var (name, tensor) in wanted)
        {
            var here = SafetensorsEntry.Describe(tensor.dtype, tensor.shape);
            if (!saved.Remove(name, out var entry))
                return $"the checkpoint has no tensor '{name}', which is {here} here";
            if (entry.ToString() != here)
                return $"the tensor '{name}' is {entry} in the checkpoint and {here} here";
        }

        return saved.Count > 0 ? $"the checkpoint has a tensor '{saved.Keys.Order(StringComparer.Ordinal).First()}', which is not here" : null;
    }

    private string Text(string key) =>
        _file.Metadata.TryGetValue(key, out var value) ? value : throw new ModelGenException($"'{_file.Path}' is no checkpoint of ModelGen: its metadata have no '{key}'.");
}
