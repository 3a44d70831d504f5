namespace ModelGen.Decoding;

/// <summary>What the layers of a model keep of the positions of one sequence.</summary>
/// <param name="capacity">How many positions there may be.</param>
internal sealed class SequenceCache(int capacity) : IDisposable
{
    private readonly List<(LayerCache Cache, bool IsMemory)> _layers = [];
    private readonly (int Number, int Start)[] _documents = new (int, int)[capacity];

    /// <summary>How many positions have been computed.</summary>
    public int Length { get; private set; }

    public void Dispose()
    {
        _layers.ForEach(static layer => layer.Cache.Dispose());
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
        try
        {
            _documents.AsSpan(0, Length).CopyTo(copy._documents);
            foreach (var (cache, isMemory) in _layers)
            {
                copy._layers.Add((cache.Fork(isMemory ? cache.Capacity : Length), isMemory));
            }

            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Becomes the same as another that differs in the last position alone.</summary>
    public void TakeOverLast(SequenceCache other)
    {
        _documents[Length - 1] = other._documents[Length - 1];
        foreach (var (own, its) in _layers.Zip(other._layers))
        {
            if (!own.IsMemory)
            {
                own.Cache.TakeOver(its.Cache, Length - 1);
            }
        }
    }

    /// <summary>The number of the document of a position.</summary>
    public int Document(int position) => _documents[position].Number;

    /// <summary>The first position of the document of a position.</summary>
    public int DocumentStart(int position) => _documents[position].Start;

    /// <summary>Tells the document of a position; that of the position before is told already.</summary>
    public void SetDocument(int position, int number) =>
        _documents[position] = (
            number,
            position > 0 && _documents[position - 1].Number == number ? _documents[position - 1].Start : position
        );

    /// <summary>What a layer keeps, from the first time on.</summary>
    /// <param name="index">The layer, in the order of the model's attentions.</param>
    public LayerCache Layer(int index) => _layers[index].Cache;

    /// <summary>What a layer keeps.</summary>
    /// <param name="index">The layer, in the order of the model's attentions.</param>
    /// <param name="create">Makes it the first time.</param>
    /// <param name="isMemory">Whether it is what a decoder attends to, which has a length of its own.</param>
    public LayerCache Layer(int index, Func<LayerCache> create, bool isMemory = false)
    {
        if (index == _layers.Count)
        {
            _layers.Add((create(), isMemory));
        }

        return _layers[index].Cache;
    }
}
