namespace ModelGen.Checkpoints;

/// <summary>Published weights: one safetensors file, or several with an index (<c>model.safetensors.index.json</c>).</summary>
internal sealed class WeightFiles : IDisposable
{
    /// <summary>What messages call such a file.</summary>
    public const string Kind = "weights file";

    private readonly Dictionary<string, MappedWeights> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (MappedWeights File, SafetensorsEntry Entry)> _tensors = new(StringComparer.Ordinal);

    private WeightFiles(string path) => Path = path;

    /// <summary>The file, or the index.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries =>
        field ??= _tensors.ToDictionary(static pair => pair.Key, static pair => pair.Value.Entry, StringComparer.Ordinal);

    /// <summary>Opens the file, or all files of an index, and checks their headers.</summary>
    /// <param name="path">The file, or the index, whose name ends in <c>.json</c>.</param>
    /// <returns>The files, open until disposed.</returns>
    /// <exception cref="ModelGenException">A file is missing, cannot be read, is truncated, or is not a safetensors file; or the index is
    /// wrong, or lists other tensors than its files have.</exception>
    public static WeightFiles Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = new WeightFiles(path);
        try
        {
            if (ShardIndex.Is(path))
            {
                files.AddShards(ShardIndex.Read(path));
            }
            else
            {
                files.Add(path, path);
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Reads elements of a tensor as float32; see <see cref="MappedWeights.Read"/>.</summary>
    /// <param name="name">A name from <see cref="Entries"/>.</param>
    /// <param name="start">The first element to read.</param>
    /// <param name="target">The buffer to fill.</param>
    public void Read(string name, long start, Span<float> target) => _tensors[name].File.Read(_tensors[name].Entry, start, target);

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void AddShards(Dictionary<string, string> index)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        foreach (var shard in index.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var path = System.IO.Path.Combine(folder, shard);
            if (!File.Exists(path))
            {
                throw new ModelGenException(
                    $"The index '{Path}' lists '{shard}', which is not in its folder; put all files of the index beside it."
                );
            }

            Add(shard, path);
        }

        var strays = _tensors.Where(tensor => !index.TryGetValue(tensor.Key, out var shard) || _shards[shard] != tensor.Value.File);
        var absent = index.Where(tensor => !_tensors.ContainsKey(tensor.Key));
        if (
            absent
                .Select(static tensor => $"'{tensor.Value}' has no tensor '{tensor.Key}', which the index lists in it")
                .Concat(
                    strays.Select(tensor =>
                        $"'{NameOf(tensor.Value.File)}' has the tensor '{tensor.Key}', which the index does not list in it"
                    )
                )
                .FirstOrDefault() is
            { } difference
        )
        {
            throw new ModelGenException(
                $"The index '{Path}' does not match its files: {difference}; fetch the index and all its files again."
            )
            {
                Damage = difference,
            };
        }
    }

    private void Add(string name, string path)
    {
        var file = new MappedWeights(path);
        _shards.Add(name, file);
        foreach (var (tensor, entry) in file.Entries)
        {
            if (!_tensors.TryAdd(tensor, (file, entry)))
            {
                var other = NameOf(_tensors[tensor].File);
                throw new ModelGenException(
                    $"The index '{Path}' does not match its files: '{other}' and '{name}' both have the tensor '{tensor}'; fetch the index "
                        + "and all its files again."
                );
            }
        }
    }

    private string NameOf(MappedWeights file) => _shards.First(shard => shard.Value == file).Key;
}
