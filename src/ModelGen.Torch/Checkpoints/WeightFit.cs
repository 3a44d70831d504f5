using ModelGen.Compiler.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>Compares the tensors of files with what a model takes from them.</summary>
internal sealed class WeightFit
{
    private readonly WeightFiles _files;

    /// <param name="table">How the files name and arrange the weights.</param>
    /// <param name="files">The files.</param>
    /// <param name="state">The model's parameters.</param>
    /// <param name="isNew">Whether a parameter stays as it is; null where the layers that follow the architecture do if the files have none
    /// of their weights.</param>
    public WeightFit(WeightTable table, WeightFiles files, IReadOnlyDictionary<string, Tensor> state, Func<string, bool>? isNew)
    {
        _files = files;
        var weights = table.Links.Select(link => (Link: link, Arranged: new ArrangedWeight(link, state[link.Parameter]))).ToList();
        var fit = new TensorFit(
            table.Names,
            [
                .. weights.Select(weight => new WantedTensor(
                    weight.Link.Name,
                    weight.Arranged.Shape,
                    weight.Link.Added,
                    isNew?.Invoke(weight.Link.Parameter) == true ? TensorNeed.None
                        : isNew is null && weight.Link.IsOwn ? TensorNeed.WithOthersLikeIt
                        : TensorNeed.Always
                )),
            ],
            files.Entries.ToDictionary(static entry => entry.Key, static entry => entry.Value.Form, StringComparer.Ordinal),
            AreEqual
        );
        Problems = fit.Problems;
        var left = weights.ToLookup(weight => isNew is null ? weight.Link.IsOwn && !fit.HasOwn : isNew(weight.Link.Parameter));
        New = [.. left[true].Select(static weight => weight.Link.Parameter).Distinct()];
        Weights =
            Problems.Count > 0
                ? []
                :
                [
                    .. left[false]
                        .Select(weight => new FoundWeight(
                            fit.NameOf(weight.Link.Name),
                            weight.Arranged,
                            weight.Link.Added is { } added ? fit.NameOf(added) : null
                        )),
                ];
    }

    /// <summary>Where each weight is; empty if the files do not fit.</summary>
    public IReadOnlyList<FoundWeight> Weights { get; }

    /// <summary>The parameters that stay as they are.</summary>
    public IReadOnlyList<string> New { get; }

    /// <summary>All that does not fit, as parts of a sentence; empty if the files fit.</summary>
    public IReadOnlyList<string> Problems { get; }

    private bool AreEqual(string name, string other)
    {
        var count = _files.Entries[name].Shape.Aggregate(1L, static (product, size) => product * size);
        var (one, two) = (new float[Math.Min(count, 1 << 16)], new float[Math.Min(count, 1 << 16)]);
        long start = 0;
        while (start < count)
        {
            var length = (int)Math.Min(one.Length, count - start);
            _files.Read(name, start, one.AsSpan(0, length));
            _files.Read(other, start, two.AsSpan(0, length));
            if (!one.AsSpan(0, length).SequenceEqual(two.AsSpan(0, length)))
            {
                return false;
            }

            start += length;
        }

        return true;
    }
}

/// <summary>A tensor of a file and the rows that it belongs to.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Weight">The rows.</param>
/// <param name="Added">The tensor of the file whose first row is added to each of them; null for none.</param>
internal sealed record FoundWeight(string Name, ArrangedWeight Weight, string? Added);
