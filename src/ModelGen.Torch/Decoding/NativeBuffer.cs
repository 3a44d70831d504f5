using System.Runtime.InteropServices;

namespace ModelGen.Decoding;

/// <summary>Memory for vectors, on a boundary of 64 bytes and at first zero; the system gives a page when it is first written.</summary>
/// <typeparam name="T">The element.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private void* _memory;

    /// <summary>Takes the memory.</summary>
    /// <param name="length">How many elements.</param>
    public NativeBuffer(long length)
    {
        // Fresh pages of the system are zero already, so that calloc does not touch them.
        _memory = NativeMemory.AllocZeroed(checked((nuint)((length * sizeof(T)) + Alignment)));
        Start = (T*)(((nint)_memory + Alignment - 1) & -Alignment);
    }

    ~NativeBuffer() => Free();

    /// <summary>The first element.</summary>
    public T* Start { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory is not null)
        {
            NativeMemory.Free(_memory);
            _memory = null;
        }
    }
}
