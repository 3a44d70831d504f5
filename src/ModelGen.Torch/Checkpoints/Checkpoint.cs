using System.Globalization;
using ModelGen.Files;
using ModelGen.Layers;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// A moment of a run in one safetensors file: the tensors of everything that changes from step to step, each under the name of the state
/// that it is of (<c>model.NAME</c>, <c>optimizer.NAME</c>, <c>average.NAME</c> where weights are averaged), and as metadata the step, the
/// seed, the tokenizer, the other texts of these states, what the file belongs to (model, architecture, data, settings of the training),
/// and a hash of all its bytes.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    internal const string TokenizerKey = "tokenizer";

    /// <summary>The name of the state that is the model.</summary>
    internal const string ModelState = "model";

    /// <summary>The name of the state that is the average of the model's weights.</summary>
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

        // An earlier format has no hash, and its version is the better thing to say.
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
                $"'{file.Path}' is a damaged checkpoint: its step or its seed is no number; use another copy of the file."
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

    /// <summary>The steps made.</summary>
    public long Step { get; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>
    /// Newer checkpoints of the folder that are damaged, with what is wrong with each; none unless <see cref="OpenNewest(string)"/> met
    /// with some.
    /// </summary>
    public IReadOnlyList<string> Damaged { get; private set; } = [];

    /// <summary>The settings of the run by name, with which it has to go on.</summary>
    internal IReadOnlyDictionary<string, string> Settings => Prefixed(SettingsPrefix);

    /// <summary>What the run was made on.</summary>
    internal IReadOnlyDictionary<string, string> Environment => Prefixed(EnvironmentPrefix);

    /// <summary>Opens a checkpoint and checks every byte of it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint, open for reading until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, damaged, or no checkpoint of ModelGen.</exception>
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

    /// <summary>
    /// Opens the newest checkpoint of a run's folder that is whole; damaged ones are passed over and stay where they are.
    /// </summary>
    /// <param name="folder">The folder, see <see cref="Training.Trainer.CheckpointFolder"/>.</param>
    /// <returns>The checkpoint, open for reading until disposed; <see cref="Damaged"/> tells of newer ones that are not whole.</returns>
    /// <exception cref="ModelGenException">There is no checkpoint, or none that is whole; the message lists what there is.</exception>
    public static Checkpoint OpenNewest(string folder) => OpenNewest(folder, static _ => true);

    /// <summary>Opens the newest checkpoint that is whole among those of some steps.</summary>
    internal static Checkpoint OpenNewest(string folder, Func<long, bool> isWanted)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = StepFiles.NewestFirst(folder).Where(file => isWanted(file.Step)).ToList();
        if (files.Count == 0)
        {
            throw new ModelGenException(
                $"There is no checkpoint in '{folder}' to resume from{Others(folder)}; start a new run, or name the folder of another."
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
            $"No checkpoint in '{folder}' is whole: {string.Join(", ", damaged)}; put back a copy of one, or start a new run."
        );
    }

    /// <summary>Builds the tokenizer that the saved model was trained with.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The checkpoint holds no tokenizer.</exception>
    public Tokenizer CreateTokenizer() => Tokenizer.Parse(Text(TokenizerKey));

    /// <summary>Copies the saved weights into a model of the same architecture: the averaged ones where the run kept them.</summary>
    /// <param name="model">The model.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <exception cref="ModelGenException">The checkpoint is of another model; the message names both and the first tensor that
    /// differs.</exception>
    public void LoadInto<TModel>(TModel model)
        where TModel : nn.Module, IGeneratedModel
    {
        ArgumentNullException.ThrowIfNull(model);
        LoadWeights(model, model.Fingerprint);
        foreach (var (name, tensor) in model.state_dict())
        {
            if (_file.Entries.ContainsKey($"{AverageState}.{name}"))
            {
                _file.ReadInto($"{AverageState}.{name}", tensor);
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a checkpoint atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What it is a moment of.</param>
    /// <param name="states">All that changes from step to step, each under a name of its own.</param>
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

    /// <summary>Gives states what was saved of them.</summary>
    /// <param name="states">The states.</param>
    /// <param name="areAll">Whether the file must hold no others.</param>
    /// <exception cref="ModelGenException">The file is of a run with other states; the message names the first that differ. Nothing has
    /// been changed then but texts.</exception>
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
            throw Misfit(other.Split('.')[0], $"the checkpoint has '{other}', which is not here");
        }

        foreach (var (name, tensor) in known)
        {
            _file.ReadInto(name, tensor);
        }
    }

    /// <summary>Checks that the file gives back, to the byte, what it was saved from.</summary>
    /// <exception cref="ModelGenException">It does not.</exception>
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
                $"The checkpoint '{Path}', read again, is not what was saved: "
                    + $"{Some(differing.Select(static name => $"'{name}'"), differing.Count)} differ; a run could not be resumed from "
                    + "here, so check the disk or choose another folder."
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
            $"The checkpoint '{Path}' does not have the {state} state of this run: {difference}; resume it as it was begun, or "
                + "start a new run."
        );

    /// <summary>
    /// How the saved model differs from a model: both by name, and the first tensors that differ; null where it is the same.
    /// </summary>
    internal string? ModelDifference(nn.Module model, string fingerprint)
    {
        var difference = Difference(model.state_dict(), ModelState + ".");
        if (difference is null && fingerprint == Fingerprint)
        {
            return null;
        }

        return $"the model {ModelName} ({Short(Fingerprint)}), not to this {model.GetName()} ({Short(fingerprint)}): "
            + $"{difference ?? "their tensors agree, but not what is computed with them"}";
    }

    /// <summary>Copies the saved weights of training into a model of the same architecture.</summary>
    private void LoadWeights(nn.Module model, string fingerprint)
    {
        if (ModelDifference(model, fingerprint) is { } difference)
        {
            throw new ModelGenException(
                $"The checkpoint '{Path}' belongs to {difference}; use a checkpoint of this model, or train a new one."
            );
        }

        foreach (var (name, tensor) in model.state_dict())
        {
            _file.ReadInto($"{ModelState}.{name}", tensor);
        }
    }

    private static string Short(string fingerprint) => fingerprint[..Math.Min(8, fingerprint.Length)];

    /// <summary>The first differences between what is wanted and what the file holds under a prefix; null where there is none.</summary>
    private string? Difference(IEnumerable<KeyValuePair<string, Tensor>> wanted, string prefix)
    {
        var differences = Differences(wanted, prefix).ToList();
        return differences.Count > 0 ? Some(differences, differences.Count) : null;
    }

    private IEnumerable<string> Differences(IEnumerable<KeyValuePair<string, Tensor>> wanted, string prefix)
    {
        var saved = _file
            .Entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], static entry => entry.Value, StringComparer.Ordinal);
        foreach (var (name, tensor) in wanted)
        {
            var here = Safetensors.Describe(tensor);
            if (!saved.Remove(name, out var entry))
            {
                yield return $"the checkpoint has no tensor '{name}', which is {here} here";
            }
            else if (entry.ToString() != here)
            {
                yield return $"the tensor '{name}' is {entry} in the checkpoint and {here} here";
            }
        }

        foreach (var name in saved.Keys.Order(StringComparer.Ordinal))
        {
            yield return $"the checkpoint has a tensor '{name}', which is not here";
        }
    }

    private static string Some(IEnumerable<string> all, int count) =>
        string.Join(", ", all.Take(NamedTensors))
        + (count > NamedTensors ? string.Create(CultureInfo.InvariantCulture, $" and {count - NamedTensors} more") : "");

    /// <summary>What else a folder without checkpoints holds, such as one that was never finished.</summary>
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
            : throw new ModelGenException($"'{_file.Path}' is no checkpoint of ModelGen: its metadata have no '{key}'.");
}
