using System.Runtime.InteropServices;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// A thread's buffers for convolutions, which grow as they are asked for and stay, since fresh memory costs more than the arithmetic on it.
/// </summary>
internal sealed unsafe class Workspace
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Workspace? _current;

    private readonly void*[] _buffers = new void*[3];
    private readonly nuint[] _lengths = new nuint[3];

    private Workspace() { }

    ~Workspace()
    {
        foreach (var buffer in _buffers)
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    /// <summary>The calling thread's.</summary>
    public static Workspace Current => _current ??= new Workspace();

    /// <summary>What windows see.</summary>
    public T* Columns<T>(long count)
        where T : unmanaged => Get<T>(0, count);

    /// <summary>A channel of the image, with zeros around it.</summary>
    public T* Planes<T>(long count)
        where T : unmanaged => Get<T>(1, count);

    /// <summary>What windows give, or the gradient of that.</summary>
    public T* Windows<T>(long count)
        where T : unmanaged => Get<T>(2, count);

    // What was in a buffer is of no use when a larger one is asked for.
    private T* Get<T>(int index, long count)
        where T : unmanaged
    {
        var length = checked((nuint)(count + Unfolding.Slack) * (nuint)sizeof(T));
        if (length > _lengths[index])
        {
            NativeMemory.AlignedFree(_buffers[index]);
            _buffers[index] = null;
            _lengths[index] = 0;
            _buffers[index] = NativeMemory.AlignedAlloc(length, Alignment);
            _lengths[index] = length;
        }

        return (T*)_buffers[index];
    }
}
