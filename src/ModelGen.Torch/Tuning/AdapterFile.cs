using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tuning;

/// <summary>
/// What a training with adapters has changed, in a safetensors file without the weights that it left as they were: the adapters by their
/// names in the model's state, the weights that were trained besides, the options, and the SHA-256 of the others, on which alone it fits.
/// </summary>
/// <example>
/// <code>
/// using var adapter = AdapterFile.Open("runs/tuned/adapter.safetensors");
/// adapter.MergeInto(model);                            // which has the weights that the training started from
/// </code>
/// </example>
public sealed class AdapterFile : IDisposable
{
    private const string Kind = "adapter file";
    private const string FormatKey = "format";
    private const string Format = "modelgen-adapter-2";
    private const string ModelKey = "model";
    private const string FingerprintKey = "fingerprint";
    private const string BaseKey = "base.sha256";
    private const string OptionsKey = "adapter";
    private const string DropoutKey = $"{OptionsKey}.dropout";

    private readonly Safetensors _file;

    private AdapterFile(Safetensors file)
    {
        _file = file;
        if (Text(FormatKey) is var format && format != Format)
        {
            throw new ModelGenException($"'{file.Path}' has the format '{format}', but this version of ModelGen reads '{Format}'.");
        }

        file.CheckHash();
        (ModelName, Fingerprint, BaseHash) = (Text(ModelKey), Text(FingerprintKey), Text(BaseKey));
        Dropout = double.TryParse(Text(DropoutKey), NumberStyles.Float, CultureInfo.InvariantCulture, out var dropout)
            ? dropout
            : throw new ModelGenException($"'{file.Path}' is a damaged {Kind}: '{DropoutKey}' is no number; use another copy of the file.");
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The name of the model that was trained.</summary>
    public string ModelName { get; }

    /// <summary>The hash of its architecture.</summary>
    public string Fingerprint { get; }

    /// <summary>SHA-256 of the names, shapes and numbers of the weights that were not trained, as hexadecimal digits.</summary>
    public string BaseHash { get; }

    /// <summary>The options of the adapters and everything else that is stored beside the tensors, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    private double Dropout { get; }

    // The layers with an adapter.
    private IReadOnlyList<string> Layers
    {
        get
        {
            const string Ending = $".{LowRankAdapter.Name}.a";
            return
            [
                .. _file
                    .Entries.Keys.Where(static name => name.EndsWith(Ending, StringComparison.Ordinal))
                    .Select(static name => name[..^Ending.Length])
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>Opens a file and verifies its hash.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file, open for reading until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, damaged, or no file of adapters.</exception>
    public static AdapterFile Open(string path)
    {
        var file = Safetensors.Open(path, Kind);
        try
        {
            return new AdapterFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes what a model's training has changed; an earlier file stays until the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model, which <see cref="FineTuning.ApplyTo"/> has given adapters.</param>
    /// <param name="adapter">Their options.</param>
    /// <param name="metadata">What else is needed to use the model, such as its tokenizer, by name; null for nothing.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <exception cref="ModelGenException">The model has no adapters, or the file cannot be written.</exception>
    public static void Write<TModel>(
        string path,
        TModel model,
        AdapterOptions adapter,
        IReadOnlyDictionary<string, string>? metadata = null
    )
        where TModel : nn.Module, IGeneratedModel
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        if (LowRankAdapter.AllOf(model).Count == 0)
        {
            throw new ModelGenException(
                $"{model.GetName()} has no adapters to write to '{path}'; apply a FineTuning with an Adapter to it."
            );
        }

        var texts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        RecordMembers.Add(texts, OptionsKey, adapter);
        var kept = model.named_parameters().Where(static weight => !weight.parameter.requires_grad).Select(static weight => weight.name);
        var frozen = kept.ToHashSet(StringComparer.Ordinal);
        texts[FormatKey] = Format;
        texts[ModelKey] = model.GetName();
        texts[FingerprintKey] = model.Fingerprint;
        texts[BaseKey] = HashOf(model, frozen.Contains);
        Safetensors.WriteHashed(
            path,
            model
                .state_dict()
                .Where(entry => !frozen.Contains(entry.Key) && !IsOfBase(entry.Key))
                .ToDictionary(static entry => entry.Key, static entry => entry.Value, StringComparer.Ordinal),
            texts,
            Kind
        );
    }

    /// <summary>
    /// Changes the weights of a model as the training has changed them. The model then computes what the trained one does, and knows
    /// nothing of adapters.
    /// </summary>
    /// <param name="model">The model, with the weights that the training started from.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <exception cref="ModelGenException">The file belongs to another model, or to other weights; the message names both
    /// hashes.</exception>
    public void MergeInto<TModel>(TModel model)
        where TModel : nn.Module, IGeneratedModel
    {
        ArgumentNullException.ThrowIfNull(model);
        Check(model);
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var state = model.state_dict();
        foreach (var layer in Layers)
        {
            var weight = state[$"{layer}.weight"];
            weight.copy_(
                LowRankAdapter.Changed(
                    weight,
                    Part(layer, "a").to(weight.device),
                    Part(layer, "b").to(weight.device),
                    Part(layer, "scale").item<float>(),
                    HasMagnitude(layer) ? Part(layer, "magnitude").to(weight.device) : null
                )
            );
        }

        FillOthers(model, state);
    }

    /// <summary>Adds the adapters to the layers of a model, and freezes the weights that they change.</summary>
    /// <param name="model">The model, with the weights that the training started from.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <exception cref="ModelGenException">The file belongs to another model, or to other weights; the message names both
    /// hashes.</exception>
    public void AddTo<TModel>(TModel model)
        where TModel : nn.Module, IGeneratedModel
    {
        ArgumentNullException.ThrowIfNull(model);
        Check(model);
        var modules = model.named_modules().ToDictionary(static part => part.name, static part => part.module, StringComparer.Ordinal);
        foreach (var layer in Layers)
        {
            using var scale = Part(layer, "scale");
            var rank = (int)_file.Entries[Name(layer, "a")].Shape[0];
            LowRankAdapter.AddTo((Linear)modules[layer], rank, scale.item<float>(), Dropout, HasMagnitude(layer));
        }

        FillOthers(model, model.state_dict());
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static string Name(string layer, string part) => $"{layer}.{LowRankAdapter.Name}.{part}";

    private Tensor Part(string layer, string part) => _file.Read(Name(layer, part));

    private bool HasMagnitude(string layer) => _file.Entries.ContainsKey(Name(layer, "magnitude"));

    // All that is not merged: the adapters themselves where the model has them, and what was trained besides.
    private void FillOthers(nn.Module model, IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (var name in _file.Entries.Keys.Where(state.ContainsKey))
        {
            _file.ReadInto(name, state[name]);
        }

        if (model is ITextModel reader && _file.Metadata.TryGetValue(Checkpoint.TokenizerKey, out var tokenizer))
        {
            reader.Tokenizer = Tokenizer.Parse(tokenizer);
        }
    }

    private void Check<TModel>(TModel model)
        where TModel : nn.Module, IGeneratedModel
    {
        if (model.Fingerprint != Fingerprint)
        {
            throw new ModelGenException(
                $"The adapters in '{Path}' belong to the model {ModelName} ({Checkpoint.Short(Fingerprint)}), not to this "
                    + $"{model.GetName()} ({Checkpoint.Short(model.Fingerprint)}); use the model that they were trained with."
            );
        }

        var found = HashOf(model, name => !_file.Entries.ContainsKey(name) && !IsOfAdapter(name));
        if (found != BaseHash || LowRankAdapter.AllOf(model).Count > 0)
        {
            throw new ModelGenException(
                $"The adapters in '{Path}' were trained on weights with the SHA-256 {BaseHash}, and those of this {model.GetName()} have "
                    + $"{found}{(found == BaseHash ? " but adapters already" : "")}; load the weights that the training started from."
            );
        }
    }

    private static bool IsOfAdapter(string name) => name.Contains($".{LowRankAdapter.Name}.", StringComparison.Ordinal);

    private static bool IsOfBase(string name) => name.Contains($".{LowRankAdapter.Name}.{LowRankAdapter.Base}.", StringComparison.Ordinal);

    // Name, shape and SHA-256 of each, in order of name; of what has been quantised, those of what it was.
    private static string HashOf(nn.Module model, Func<string, bool> isWanted)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var quantised = LowRankAdapter.QuantisedOf(model);
        var weights = model
            .named_parameters()
            .Where(weight => isWanted(weight.name))
            .OrderBy(static weight => weight.name, StringComparer.Ordinal);
        foreach (var (name, weight) in weights)
        {
            var (shape, numbers) = quantised.TryGetValue(name, out var original)
                ? (original.weight.shape, original.hash.cpu().bytes.ToArray())
                : (weight.shape, weight.Sha256());
            hash.AppendData(
                Encoding.UTF8.GetBytes($"{name} {Safetensors.Describe(weight.dtype, shape)} {Convert.ToHexStringLower(numbers)}\n")
            );
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string Text(string key) =>
        _file.Metadata.TryGetValue(key, out var value)
            ? value
            : throw new ModelGenException($"'{_file.Path}' is no {Kind}: its metadata have no '{key}'.");
}
