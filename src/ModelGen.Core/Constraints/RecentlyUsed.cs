namespace ModelGen.Constraints;

/// <summary>Keeps what has been made for some keys; of too many, that of the key that was asked for longest ago goes.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = []; // the last one first

    /// <summary>What is kept for a key, or else is made for it now.</summary>
    /// <param name="key">The key.</param>
    /// <param name="make">Makes it; others do not wait for that.</param>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return known.Value.Value;
            }
        }

        var made = make(key);
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var known))
            {
                return known.Value.Value;
            }

            _byKey[key] = _byUse.AddFirst((key, made));
            if (_byUse.Count > capacity)
            {
                _byKey.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }
        }

        return made;
    }
}
