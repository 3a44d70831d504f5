using System.Globalization;
using System.Text.Json;
using ModelGen.Files;
using ModelGen.Layers;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// A snapshot of a run in one safetensors file: the tensors of everything that changes from step to step, each prefixed with the name of
/// its state (<c>model.NAME</c>, <c>optimizer.NAME</c>, <c>average.NAME</c> if weights are averaged), and as metadata the step, the seed,
/// the tokenizer, the texts of these states, what the file belongs to (model, architecture, data, training settings), and a hash of all its
/// bytes.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    internal const string TokenizerKey = "tokenizer";

    /// <summary>The names of the classes, as a list in JSON.</summary>
    internal const string ClassesKey = "classes";

    /// <summary>The name of the model's state.</summary>
    internal const string ModelState = "model";

    /// <summary>The name of the state of the averaged weights.</summary>
    internal const string AverageState = "average";

    private const string Kind = "checkpoint";
    private const string FormatKey = "format";
    private const string Format = "modelgen-checkpoint-3";
    private const string ModelKey = "model";
    private const string FingerprintKey = "fingerprint";
    private const string DataKey = "data";
    private const string StepKey = "step";
    private const string SeedKey = "seed";
    private const string SettingsPrefix = "settings.";
    private const string EnvironmentPrefix = "environment.";
    private const string StatePrefix = "state.";

    private const int NamedTensors = 3;

    private readonly Safetensors _file;

    private Checkpoint(Safetensors file)
    {
        _file = file;

        // An earlier format has no hash; for that the version is the more useful error.
        var isHashed = file.Metadata.ContainsKey(ContentHash.Key);
        if (isHashed)
        {
            file.CheckHash();
        }

        if (Text(FormatKey) is var format && format != Format)
        {
            throw new ModelGenException($"'{file.Path}' has the format '{format}', but this version of ModelGen reads '{Format}'.");
        }

        if (!isHashed)
        {
            file.CheckHash();
        }

        ModelName = Text(ModelKey);
        Fingerprint = Text(FingerprintKey);
        DataFingerprint = Text(DataKey);
        if (
            !long.TryParse(Text(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            || !ulong.TryParse(Text(SeedKey), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        )
        {
            throw new ModelGenException(
                $"'{file.Path}' is a damaged checkpoint: its step or seed is not a number; use another copy of the file."
            );
        }

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

    /// <summary>The number of completed steps.</summary>
    public long Step { get; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>SHA-256 of the file's content, as hexadecimal digits.</summary>
    public string Hash => Text(ContentHash.Key);

    /// <summary>Whether it has the tokenizer that the model was trained with.</summary>
    internal bool HasTokenizer => _file.Metadata.ContainsKey(TokenizerKey);

    /// <summary>The names of the classes that the model scores, in their order; empty if it scores none.</summary>
    /// <exception cref="ModelGenException">They are damaged.</exception>
    public IReadOnlyList<string> Classes
    {
        get
        {
            try
            {
                return _file.Metadata.TryGetValue(ClassesKey, out var names) ? Names(names) : [];
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                throw new ModelGenException(
                    $"'{Path}' is a damaged checkpoint: the names of its classes are no list of names; use another copy of the file.",
                    exception
                );
            }
        }
    }

    private static IReadOnlyList<string> Names(string json)
    {
        using var names = JsonDocument.Parse(json);
        return [.. names.RootElement.EnumerateArray().Select(static name => name.GetString() ?? "")];
    }

    /// <summary>
    /// Newer checkpoints in the folder that are damaged, with what is wrong with each; empty unless <see cref="OpenNewest(string)"/>
    /// skipped some.
    /// </summary>
    public IReadOnlyList<string> Damaged { get; private set; } = [];

    /// <summary>The settings of the run by name, which a resumed run must match.</summary>
    internal IReadOnlyDictionary<string, string> Settings => Prefixed(SettingsPrefix);

    /// <summary>The environment the run was made in, by name.</summary>
    internal IReadOnlyDictionary<string, string> Environment => Prefixed(EnvironmentPrefix);

    /// <summary>Opens a checkpoint and verifies its hash.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint, open for reading until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, damaged, or not a ModelGen checkpoint.</exception>
    public static Checkpoint Open(string path)
    {
        var file = Safetensors.Open(path, Kind);
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

    /// <summary>Opens the newest intact checkpoint in a run's folder; damaged ones are skipped and not deleted.</summary>
    /// <param name="folder">The folder, see <see cref="Training.Trainer.CheckpointFolder"/>.</param>
    /// <returns>The checkpoint, open for reading until disposed; <see cref="Damaged"/> lists newer ones that are not intact.</returns>
    /// <exception cref="ModelGenException">There is no checkpoint, or no intact one; the message lists what there is.</exception>
    public static Checkpoint OpenNewest(string folder) => OpenNewest(folder, static _ => true);

    /// <summary>Opens the newest intact checkpoint among the steps that a predicate accepts.</summary>
    internal static Checkpoint OpenNewest(string folder, Func<long, bool> isWanted)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = StepFiles.NewestFirst(folder).Where(file => isWanted(file.Step)).ToList();
        if (files.Count == 0)
        {
            throw new ModelGenException(
                $"There is no checkpoint in '{folder}' to resume from{Others(folder)}; start a new run, or name another run's folder."
            );
        }

        var damaged = new List<string>();
        foreach (var (_, path) in files)
        {
            try
            {
                var checkpoint = Open(path);
                checkpoint.Damaged = damaged;
                return checkpoint;
            }
            catch (ModelGenException exception) when (exception.Damage is not null)
            {
                damaged.Add($"'{System.IO.Path.GetFileName(path)}' is damaged ({exception.Damage})");
            }
        }

        throw new ModelGenException(
            $"No checkpoint in '{folder}' is intact: {string.Join(", ", damaged)}; restore a copy of one, or start a new run."
        );
    }

    /// <summary>Creates the tokenizer that the saved model was trained with.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The checkpoint contains no tokenizer.</exception>
    public Tokenizer CreateTokenizer() => Tokenizer.Parse(Text(TokenizerKey));

    /// <summary>Checks that tokens and classes mean in other data what they meant in training.</summary>
    /// <param name="metadata">The metadata of an objective with these data.</param>
    /// <exception cref="ModelGenException">They do not.</exception>
    internal void CheckSameMeaning(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (name, value) in metadata)
        {
            if (_file.Metadata.TryGetValue(name, out var saved) && saved != value)
            {
                throw new ModelGenException(
                    $"The {name} of the data {(name == ClassesKey ? "are" : "is")} not that of the run: what the model has learned would "
                        + "be measured against other meanings. Use data of the run's kind; a tokenizer that is made from the text is the "
                        + "same only for the same text."
                );
            }
        }
    }

    /// <summary>
    /// Copies the saved weights into a model of the same architecture: the averaged ones if the run averaged weights, and of a run that
    /// trained adapters the weights as they have changed them, unless the model has such adapters itself. The model then knows its
    /// tokenizer.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <exception cref="ModelGenException">The checkpoint belongs to another model; the message names both and the first tensors that
    /// differ.</exception>
    public void LoadInto<TModel>(TModel model)
        where TModel : nn.Module, IGeneratedModel
    {
        ArgumentNullException.ThrowIfNull(model);
        if (ModelDifference(model, model.Fingerprint) is { } difference)
        {
            throw new ModelGenException(
                $"The checkpoint '{Path}' belongs to {difference}; use a checkpoint of this model, or train a new one."
            );
        }

        Fill(model.state_dict());
        if (HasTokenizer && model is ITextModel reader)
        {
            reader.Tokenizer = CreateTokenizer();
        }

        if (model is IPublishedModel published)
        {
            published.Weights.IsLoaded = true;
        }
    }

    /// <summary>
    /// Copies saved weights into a model that has others besides, such as another head. The model then knows the tokenizer, unless it has
    /// more tokens than the model.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="newWeights">Patterns of the weights that stay as they are.</param>
    /// <returns>What is saved and was passed over, each a sentence without a full stop.</returns>
    /// <exception cref="ModelGenException">Another weight is not saved in this shape, or a pattern covers nothing.</exception>
    internal IReadOnlyList<string> LoadInto(nn.Module model, IReadOnlyList<string> newWeights)
    {
        StatePatterns.CheckCover(newWeights, model.WeightNames(), "weight", model);
        var state = model
            .state_dict()
            .Where(entry => !StatePatterns.Cover(newWeights, entry.Key))
            .ToDictionary(static entry => entry.Key, static entry => entry.Value, StringComparer.Ordinal);
        var lacking = Differences(state, ModelState + ".", Adapted(state)).ToLookup(static difference => difference.IsSurplus);
        if (lacking[false].Select(static difference => difference.Sentence).ToList() is { Count: > 0 } differences)
        {
            throw new ModelGenException(
                $"The checkpoint '{Path}' of the model {ModelName} does not have what {model.GetName()} takes from it: "
                    + $"{Some(differences, differences.Count)}; name what is new under 'new', or start from another run."
            );
        }

        Fill(state);
        if (model is IPublishedModel published)
        {
            published.Weights.IsLoaded = true;
        }

        List<string> notes = [];
        if (lacking[true].Select(static difference => difference.Name).ToList() is { Count: > 0 } surplus)
        {
            notes.Add($"of the weights there, these are passed over: {string.Join(", ", surplus)}");
        }

        if (HasTokenizer && model is ITextModel reader)
        {
            var tokenizer = CreateTokenizer();
            if (tokenizer.VocabularySize <= reader.VocabularySize)
            {
                reader.Tokenizer = tokenizer;
            }
            else
            {
                notes.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the tokenizer there has {tokenizer.VocabularySize} tokens, the model {reader.VocabularySize}, and is passed over"
                    )
                );
            }
        }

        return notes;
    }

    // With what saved adapters change of it, unless the state has them itself.
    private void Fill(IReadOnlyDictionary<string, Tensor> state)
    {
        var adapted = Adapted(state);
        var quantised = adapted.Where(IsQuantised).Select(static layer => $"{layer}.weight").ToHashSet(StringComparer.Ordinal);
        foreach (var (name, tensor) in state.Where(entry => !quantised.Contains(entry.Key)))
        {
            _file.ReadInto(Saved(name), tensor);
        }

        using (no_grad())
        {
            foreach (var layer in adapted)
            {
                using var scope = NewDisposeScope();
                var weight = state[$"{layer}.weight"];
                if (quantised.Contains($"{layer}.weight"))
                {
                    QuantisedWeight.Restore(
                        _file.Read(Quantised(layer, "weight")),
                        _file.Read(Quantised(layer, "scale")).to(weight.device),
                        weight
                    );
                }

                weight.copy_(
                    LowRankAdapter.Changed(
                        weight,
                        Part("a")!.to(weight.device),
                        Part("b")!.to(weight.device),
                        Part("scale")!.item<float>(),
                        Part("magnitude")?.to(weight.device)
                    )
                );

                Tensor? Part(string part) =>
                    $"{layer}.{LowRankAdapter.Name}.{part}" is var name && _file.Entries.ContainsKey($"{ModelState}.{name}")
                        ? _file.Read(Saved(name))
                        : null;
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a checkpoint atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The metadata of the run.</param>
    /// <param name="states">Everything that changes from step to step, each with a unique name.</param>
    internal static void Save(string path, CheckpointHeader header, IReadOnlyList<(string Name, IRunState State)> states)
    {
        var metadata = new Dictionary<string, string>(header.Metadata, StringComparer.Ordinal)
        {
            [FormatKey] = Format,
            [ModelKey] = header.ModelName,
            [FingerprintKey] = header.Fingerprint,
            [DataKey] = header.DataFingerprint,
            [StepKey] = header.Step.ToString(CultureInfo.InvariantCulture),
            [SeedKey] = header.Seed.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in header.Settings)
        {
            metadata.Add(SettingsPrefix + name, value);
        }

        foreach (var (name, value) in header.Environment)
        {
            metadata.Add(EnvironmentPrefix + name, value);
        }

        foreach (var (name, state) in states)
        {
            foreach (var (key, text) in state.Texts)
            {
                metadata.Add($"{StatePrefix}{name}.{key}", text);
            }
        }

        Safetensors.WriteHashed(path, Tensors(states), metadata, Kind);
    }

    /// <summary>Restores states from the file.</summary>
    /// <param name="states">The states.</param>
    /// <param name="areAll">Whether the file must contain no other states.</param>
    /// <exception cref="ModelGenException">The file belongs to a run with other states; the message names the first differences. In that
    /// case only texts may have been restored.</exception>
    internal void Restore(IReadOnlyList<(string Name, IRunState State)> states, bool areAll = true)
    {
        foreach (var (name, state) in states)
        {
            if (Difference(state.Tensors, name + ".") is { } difference)
            {
                throw Misfit(name, difference);
            }

            try
            {
                state.Restore(Prefixed($"{StatePrefix}{name}."));
            }
            catch (ModelGenException exception)
            {
                throw Misfit(name, exception.Message);
            }
        }

        var known = Tensors(states);
        if (areAll && _file.Entries.Keys.Where(key => !known.ContainsKey(key)).Order(StringComparer.Ordinal).ToList() is [var other, ..])
        {
            throw Misfit(other.Split('.')[0], $"the checkpoint has '{other}', which this run does not have");
        }

        foreach (var (name, tensor) in known)
        {
            _file.ReadInto(name, tensor);
        }
    }

    /// <summary>Checks that the file matches, byte for byte, the states it was saved from.</summary>
    /// <exception cref="ModelGenException">The two differ.</exception>
    internal void CheckGivesBack(IReadOnlyList<(string Name, IRunState State)> states)
    {
        var tensors = Tensors(states);
        var differing = tensors
            .Where(entry => !_file.Entries.ContainsKey(entry.Key) || !_file.Holds(entry.Key, entry.Value))
            .Select(static entry => entry.Key)
            .Concat(_file.Entries.Keys.Except(tensors.Keys))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (differing.Count > 0)
        {
            throw new ModelGenException(
                $"The checkpoint '{Path}', read back, differs from what was saved: "
                    + $"{Some(differing.Select(static name => $"'{name}'"), differing.Count)} differ; a run could not be resumed from "
                    + "it, so check the disk or choose another folder."
            );
        }
    }

    private static Dictionary<string, Tensor> Tensors(IReadOnlyList<(string Name, IRunState State)> states)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, state) in states)
        {
            foreach (var (key, tensor) in state.Tensors)
            {
                tensors.Add($"{name}.{key}", tensor);
            }
        }

        return tensors;
    }

    private ModelGenException Misfit(string state, string difference) =>
        new(
            $"The checkpoint '{Path}' does not match the {state} state of this run: {difference}; resume with the original "
                + "configuration, or start a new run."
        );

    /// <summary>How the saved model differs from a model: both names, and the first tensors that differ; null if they match.</summary>
    internal string? ModelDifference(nn.Module model, string fingerprint)
    {
        var state = model.state_dict();
        var adapted = Adapted(state);
        var difference = Difference(state, ModelState + ".", adapted);
        if (difference is null && fingerprint == Fingerprint)
        {
            return null;
        }

        return $"the model {ModelName} ({Short(Fingerprint)}), not to this {model.GetName()} ({Short(fingerprint)}): "
            + $"{difference ?? "their tensors match, but their computations differ"}";
    }

    // The averaged weight where weights are averaged.
    private string Saved(string name) =>
        _file.Entries.ContainsKey($"{AverageState}.{name}") ? $"{AverageState}.{name}" : $"{ModelState}.{name}";

    // The layers whose adapters are saved, and which have none in a model.
    private IReadOnlyList<string> Adapted(IReadOnlyDictionary<string, Tensor> state)
    {
        const string Ending = $".{LowRankAdapter.Name}.a";
        return
        [
            .. _file
                .Entries.Keys.Where(static key =>
                    key.StartsWith(ModelState + ".", StringComparison.Ordinal) && key.EndsWith(Ending, StringComparison.Ordinal)
                )
                .Select(static key => key[(ModelState.Length + 1)..^Ending.Length])
                .Where(layer => state.ContainsKey($"{layer}.weight") && !state.ContainsKey($"{layer}{Ending}")),
        ];
    }

    // Whether the weight that its adapter changes is saved as int8.
    private bool IsQuantised(string layer) => _file.Entries.ContainsKey(Quantised(layer, "weight"));

    private static string Quantised(string layer, string part) =>
        $"{ModelState}.{layer}.{LowRankAdapter.Name}.{LowRankAdapter.Base}.{part}";

    /// <summary>The beginning of a hash, for messages.</summary>
    internal static string Short(string fingerprint) => fingerprint[..Math.Min(8, fingerprint.Length)];

    /// <summary>The first differences between the expected tensors and the file's under a prefix; null if there are none.</summary>
    private string? Difference(IEnumerable<KeyValuePair<string, Tensor>> wanted, string prefix, IReadOnlyList<string>? adapted = null)
    {
        var differences = Differences(wanted, prefix, adapted ?? []).Select(static difference => difference.Sentence).ToList();
        return differences.Count > 0 ? Some(differences, differences.Count) : null;
    }

    private IEnumerable<TensorDifference> Differences(
        IEnumerable<KeyValuePair<string, Tensor>> wanted,
        string prefix,
        IReadOnlyList<string> adapted
    )
    {
        var saved = _file
            .Entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(entry =>
                !adapted.Any(layer => entry.Key.StartsWith($"{prefix}{layer}.{LowRankAdapter.Name}.", StringComparison.Ordinal))
            )
            .ToDictionary(entry => entry.Key[prefix.Length..], static entry => entry.Value.Form, StringComparer.Ordinal);
        foreach (var layer in adapted.Where(IsQuantised))
        {
            saved[$"{layer}.weight"] = new(nameof(SafetensorsType.Float32), _file.Entries[Quantised(layer, "weight")].Shape);
        }

        foreach (var (name, tensor) in wanted)
        {
            var here = Safetensors.Describe(tensor);
            if (!saved.Remove(name, out var entry))
            {
                yield return new(name, $"the checkpoint has no tensor '{name}', which is {here} here");
            }
            else if (entry.ToString() != here)
            {
                yield return new(name, $"the tensor '{name}' is {entry} in the checkpoint and {here} here");
            }
        }

        foreach (var name in saved.Keys.Order(StringComparer.Ordinal))
        {
            yield return new(name, $"the checkpoint has an unexpected tensor '{name}'") { IsSurplus = true };
        }
    }

    private static string Some(IEnumerable<string> all, int count) =>
        string.Join(", ", all.Take(NamedTensors))
        + (count > NamedTensors ? string.Create(CultureInfo.InvariantCulture, $" and {count - NamedTensors} more") : "");

    /// <summary>Lists the other content of a folder without checkpoints, such as an unfinished one.</summary>
    private static string Others(string folder)
    {
        var names = Directory.Exists(folder)
            ? Directory
                .EnumerateFileSystemEntries(folder)
                .Select(static path => $"'{System.IO.Path.GetFileName(path)}'")
                .Order(StringComparer.Ordinal)
                .ToList()
            : [];
        return names.Count > 0 ? $", only {Some(names, names.Count)}" : "";
    }

    private Dictionary<string, string> Prefixed(string prefix) =>
        _file
            .Metadata.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], static entry => entry.Value, StringComparer.Ordinal);

    private string Text(string key) =>
        _file.Metadata.TryGetValue(key, out var value)
            ? value
            : throw new ModelGenException($"'{_file.Path}' is not a ModelGen checkpoint: its metadata have no '{key}'.");

    private sealed record TensorDifference(string Name, string Sentence)
    {
        public bool IsSurplus { get; init; }
    }
}
