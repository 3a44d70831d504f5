using ModelGen.Checkpoints;

namespace ModelGen.Data;

/// <summary>Reads tensors to train on: samples, optionally with a class label or a target for each.</summary>
public static class TensorFiles
{
    private const string Samples = "samples";
    private const string Labels = "labels";
    private const string Targets = "targets";

    /// <summary>
    /// Reads arrays written by <c>numpy.save</c>: <c>samples.npy</c> [samples, …] and, if present, <c>labels.npy</c> [samples], whole
    /// numbers from 0, and <c>targets.npy</c> [samples, …]; likewise <c>test-samples.npy</c>, <c>test-labels.npy</c> and
    /// <c>test-targets.npy</c>.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellation">Cancels reading, between one file and the next.</param>
    /// <returns>The training samples, and the test samples or null.</returns>
    /// <exception cref="ModelGenException">There are no samples, a file cannot be read or is damaged, or the arrays do not belong
    /// together.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static (TensorCollection Training, TensorCollection? Test) ReadNpy(string folder, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        FolderListing.Require(folder, $"the folder that holds {Samples}.npy");
        if (!File.Exists(PathOf(Samples)))
        {
            throw new ModelGenException($"The folder '{folder}' lacks '{Samples}.npy'; put the samples there, [samples, …].");
        }

        return (Read(""), File.Exists(PathOf("test-" + Samples)) ? Read("test-") : null);

        TensorCollection Read(string prefix) => Collection(Array(prefix + Samples)!, Array(prefix + Labels), Array(prefix + Targets));

        ArrayContent? Array(string name)
        {
            cancellation.ThrowIfCancellationRequested();
            return File.Exists(PathOf(name)) ? NpyFile.Read(PathOf(name)) : null;
        }

        string PathOf(string name) => Path.Combine(folder, name + ".npy");
    }

    /// <summary>
    /// Reads a safetensors file with the tensors <c>samples</c> [samples, …] and, if present, <c>labels</c> [samples], whole numbers from
    /// 0, and <c>targets</c> [samples, …].
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not a safetensors file, is damaged, has no samples, or its tensors
    /// do not belong together.</exception>
    public static TensorCollection ReadSafetensors(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = SafetensorsFile.Open(path, "data file");
        return Collection(
            Tensor(Samples)
                ?? throw new ModelGenException(
                    $"'{path}' has no tensor '{Samples}'; it holds "
                        + $"{string.Join(", ", file.Header.Entries.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}."
                ),
            Tensor(Labels),
            Tensor(Targets)
        );

        ArrayContent? Tensor(string name)
        {
            if (!file.Header.Entries.TryGetValue(name, out var entry))
            {
                return null;
            }

            var what = $"The tensor '{name}' of '{path}'";
            if (ArrayContent.Count(entry.Shape, SafetensorsHeader.BytesOf(entry.Type)) is not { } count)
            {
                throw new ModelGenException(
                    $"{what} is {entry}, more than the {System.Array.MaxLength} bytes that fit; pass a smaller one."
                );
            }

            var bytes = new byte[count * SafetensorsHeader.BytesOf(entry.Type)];
            file.Read(entry, 0, bytes);
            return new ArrayContent(what, entry.Shape, entry.Type, bytes);
        }
    }

    private static TensorCollection Collection(ArrayContent samples, ArrayContent? labels, ArrayContent? targets)
    {
        CheckSamples(samples, samples);
        foreach (var beside in new[] { labels, targets })
        {
            if (beside is not null)
            {
                CheckSamples(beside, samples);
            }
        }

        return new TensorCollection(
            Numbers(samples),
            samples.SampleShape,
            labels?.Labels(),
            null,
            targets is null ? null : Numbers(targets),
            targets?.SampleShape
        );
    }

    private static float[] Numbers(ArrayContent array)
    {
        var numbers = array.Numbers();
        return TensorCollection.NotFinite(numbers, array.SampleShape) is { } problem
            ? throw new ModelGenException($"{array.What} holds a number that is not finite: {problem}")
            : numbers;
    }

    private static void CheckSamples(ArrayContent array, ArrayContent samples)
    {
        if (array.Shape.Count == 0 || array.Shape.Any(static length => length is < 1 or > int.MaxValue))
        {
            throw new ModelGenException(
                $"{array.What} has the shape [{string.Join(", ", array.Shape)}]; it needs one row per sample, at least one."
            );
        }

        if (array.Shape[0] != samples.Shape[0])
        {
            throw new ModelGenException(
                $"{array.What} is for {array.Shape[0]} samples, but {samples.What} holds {samples.Shape[0]}; pass matching arrays."
            );
        }
    }
}
