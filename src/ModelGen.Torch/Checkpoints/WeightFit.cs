using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>Compares the tensors of files with what a model takes from them.</summary>
internal sealed class WeightFit
{
    private const int MostNamed = 100;
    private const int FewNamed = 3;

    private readonly WeightTable _table;
    private readonly WeightFiles _files;
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);
    private readonly List<string> _surplus = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _misshapen = [];

    /// <param name="table">How the files name and arrange the weights.</param>
    /// <param name="files">The files.</param>
    /// <param name="state">The model's parameters.</param>
    public WeightFit(WeightTable table, WeightFiles files, IReadOnlyDictionary<string, Tensor> state)
    {
        (_table, _files) = (table, files);
        var known = table
            .Links.Select(static link => link.Name)
            .Concat(table.Links.Select(static link => link.Added).OfType<string>())
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.Entries.Keys.Order(StringComparer.Ordinal))
        {
            var plain = table.Plain(name);
            if (known.Contains(plain) || plain == table.Tie?.Name ? !_found.TryAdd(plain, name) : !table.IsExtra(plain))
            {
                _surplus.Add($"'{name}' {files.Entries[name]}");
            }
        }

        Weights = [.. table.Links.Select(link => Find(link, state)).OfType<FoundWeight>()];
        CheckTie();
    }

    /// <summary>Where each weight is.</summary>
    public IReadOnlyList<FoundWeight> Weights { get; }

    /// <summary>All that does not fit, as parts of a sentence; empty if the files fit.</summary>
    public IReadOnlyList<string> Problems =>
        _found.Count == 0
            ? [$"it has no tensor of that layout, such as {_missing[0]}; it has {Some(_surplus, FewNamed)}"]
            :
            [
                .. Problem("it lacks", _missing),
                .. Problem("the model has no place for its", _surplus),
                .. Problem("these differ:", _misshapen),
            ];

    private FoundWeight? Find(WeightLink link, IReadOnlyDictionary<string, Tensor> state)
    {
        var weight = new ArrangedWeight(link, state[link.Parameter]);
        var shape = weight.Shape;
        var name = _found.GetValueOrDefault(link.Name)
            ?? (_table.Tie is { } tie && tie.Other == link.Name ? _found.GetValueOrDefault(tie.Name) : null);
        if (name is null)
        {
            _missing.Add($"'{link.Name}' [{string.Join(", ", shape)}]");
            return null;
        }

        var entry = _files.Entries[name];
        if (!entry.Shape.SequenceEqual(shape))
        {
            _misshapen.Add($"'{name}' is {entry} and should be [{string.Join(", ", shape)}]");
            return null;
        }

        if (!MappedWeights.IsReadable(entry.Type))
        {
            _misshapen.Add($"'{name}' is {entry} and should be of type Float32, Float16 or BFloat16");
            return null;
        }

        return link.Added is null ? new FoundWeight(name, weight, null)
            : FindAdded(link.Added, shape[^1]) is { } added ? new FoundWeight(name, weight, added)
            : null;
    }

    private string? FindAdded(string name, long width)
    {
        if (!_found.TryGetValue(name, out var added))
        {
            _missing.Add($"'{name}' [1 or more, {width}]");
            return null;
        }

        var entry = _files.Entries[added];
        if (entry.Shape is [>= 1, var length] && length == width && MappedWeights.IsReadable(entry.Type))
        {
            return added;
        }

        _misshapen.Add($"'{added}' is {entry} and should be [1 or more, {width}] of type Float32, Float16 or BFloat16");
        return null;
    }

    // Both tensors stand for one parameter, so that the second must not say otherwise.
    private void CheckTie()
    {
        if (
            _table.Tie is not { } tie
            || !_found.TryGetValue(tie.Name, out var name)
            || !_found.TryGetValue(tie.Other, out var other)
            || _misshapen.Count > 0
        )
        {
            return;
        }

        var (entry, second) = (_files.Entries[name], _files.Entries[other]);
        if (!entry.Shape.SequenceEqual(second.Shape) || !MappedWeights.IsReadable(entry.Type) || !AreEqual(name, other))
        {
            _misshapen.Add(
                $"'{name}' {entry} is not equal to '{other}' {second}, but the model uses one weight for both ('unembed' is tied)"
            );
        }
    }

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

    private static IEnumerable<string> Problem(string what, List<string> tensors) =>
        tensors.Count == 0 ? [] : [$"{what} {Some(tensors, MostNamed)}"];

    private static string Some(List<string> tensors, int most) =>
        tensors.Count == 0
            ? "none at all"
            : string.Join(", ", tensors.Take(most))
                + (tensors.Count > most ? string.Create(CultureInfo.InvariantCulture, $" and {tensors.Count - most} more") : "");
}

/// <summary>A tensor of a file and the rows that it belongs to.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Weight">The rows.</param>
/// <param name="Added">The tensor of the file whose first row is added to each of them; null for none.</param>
internal sealed record FoundWeight(string Name, ArrangedWeight Weight, string? Added);
