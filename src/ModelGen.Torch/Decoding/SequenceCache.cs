namespace ModelGen.Decoding;

/// <summary>What the layers of a model keep of the positions of one sequence.</summary>
/// <param name="capacity">How many positions there may be.</param>
internal sealed class SequenceCache(int capacity) : IDisposable
{
    private readonly List<LayerCache> _layers = [];
    private readonly int[] _documents = new int[capacity];

    /// <summary>How many positions there may be.</summary>
    public int Capacity => capacity;

    /// <summary>How many positions have been computed.</summary>
    public int Length { get; private set; }

    /// <summary>The memory of its keys and values.</summary>
    public long Bytes => _layers.Sum(static layer => layer.Bytes);

    public void Dispose()
    {
        _layers.ForEach(static layer => layer.Dispose());
        _layers.Clear();
    }

    /// <summary>Lets another step add positions.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Forgets the positions from a length on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>A copy that goes on by itself.</summary>
    public SequenceCache Fork()
    {
        var copy = new SequenceCache(capacity) { Length = Length };
        _documents.AsSpan(0, Length).CopyTo(copy._documents);
        copy._layers.AddRange(_layers.Select(layer => layer.Fork(Length)));
        return copy;
    }

    /// <summary>The number of the document of a position.</summary>
    public int Document(int position) => _documents[position];

    /// <summary>Tells the document of a position.</summary>
    public void SetDocument(int position, int number) => _documents[position] = number;

    /// <summary>The first position of the document of a position.</summary>
    public int DocumentStart(int position)
    {
        var start = position;
        while (start > 0 && _documents[start - 1] == _documents[position])
        {
            start--;
        }

        return start;
    }

    /// <summary>What a layer keeps, from the first time on.</summary>
    /// <param name="index">The layer, in the order of the model's attentions.</param>
    public LayerCache Layer(int index) => _layers[index];

    /// <summary>What a layer keeps.</summary>
    /// <param name="index">The layer, in the order of the model's attentions.</param>
    /// <param name="create">Makes it the first time.</param>
    public LayerCache Layer(int index, Func<LayerCache> create)
    {
        if (index == _layers.Count)
        {
            _layers.Add(create());
        }

        return _layers[index];
    }
}
