namespace ModelGen.Decoding;

/// <summary>The keys and values of one sequence in one layer.</summary>
internal abstract class LayerCache : IDisposable
{
    /// <summary>How many positions there may be.</summary>
    public abstract int Capacity { get; }

    /// <summary>A copy of its first positions, with room for as many as it has itself.</summary>
    public abstract LayerCache Fork(int length);

    /// <summary>Takes over what another cache of the same sizes keeps of a position.</summary>
    public abstract void TakeOver(LayerCache other, int position);

    public abstract void Dispose();
}
