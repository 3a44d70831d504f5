using System.Runtime.InteropServices;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// A thread's buffers for convolutions, which grow on demand and are kept, because fresh memory costs more than the arithmetic on it.
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

    /// <summary>The calling thread's workspace.</summary>
    public static Workspace Current => _current ??= new Workspace();

    /// <summary>The image elements under the windows.</summary>
    public T* Columns<T>(long count)
        where T : unmanaged => Get<T>(0, count);

    /// <summary>A channel of the image, with padding.</summary>
    public T* Planes<T>(long count)
        where T : unmanaged => Get<T>(1, count);

    /// <summary>The windows' values, or their gradient.</summary>
    public T* Windows<T>(long count)
        where T : unmanaged => Get<T>(2, count);

    // The content of a buffer is not preserved when it grows.
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
