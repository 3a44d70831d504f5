namespace ModelGen.Native;

/// <summary>A tensor in code that libtorch calls: a handle owned by this object, without dispose scope or finalizer.</summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private readonly nint _handle;

    private NativeTensor(nint handle) => _handle = handle;

    /// <summary>The sizes of its dimensions.</summary>
    public ReadOnlySpan<long> Sizes
    {
        get
        {
            Succeed(Shim.Rank(_handle, out var rank));
            Succeed(Shim.Sizes(_handle, out var sizes));
            return new ReadOnlySpan<long>(sizes, (int)rank);
        }
    }

    /// <summary>Its dtype, one of <see cref="ElementType"/>.</summary>
    public int Type
    {
        get
        {
            Succeed(Shim.Type(_handle, out var type));
            return type;
        }
    }

    /// <summary>A pointer to its first element.</summary>
    public void* Data
    {
        get
        {
            Succeed(Shim.Data(_handle, out var data));
            return data;
        }
    }

    /// <summary>Takes ownership of a tensor that libtorch passes to a kernel.</summary>
    /// <param name="slot">The argument's slot.</param>
    public static NativeTensor Take(ulong slot) => new((nint)slot);

    /// <summary>Takes ownership of an optional argument; null if there is none or the tensor is undefined.</summary>
    public static NativeTensor? TakeOptional(ulong slot)
    {
        if (slot == Dispatcher.None)
        {
            return null;
        }

        var tensor = Take(Dispatcher.TakeOptional(slot));
        Succeed(Shim.IsDefined(tensor._handle, out var isDefined));
        if (isDefined != 0)
        {
            return tensor;
        }

        tensor.Dispose();
        return null;
    }

    /// <summary>A new, uninitialised, contiguous tensor on the CPU.</summary>
    public static NativeTensor Empty(ReadOnlySpan<long> sizes, int type)
    {
        Span<long> strides = stackalloc long[sizes.Length];
        for (var (i, stride) = (sizes.Length - 1, 1L); i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(1, sizes[i]);
        }

        fixed (
            long* sizesPointer = sizes,
                stridesPointer = strides
        )
        {
            Succeed(Shim.Empty(sizes.Length, sizesPointer, stridesPointer, type, deviceType: 0, deviceIndex: 0, out var handle));
            return new NativeTensor(handle);
        }
    }

    /// <summary>The same values in a dtype, contiguous: a new tensor, which shares this one's memory if nothing had to change.</summary>
    public NativeTensor Dense(int type)
    {
        // to.dtype(self, dtype, non_blocking, copy, memory_format) and contiguous(self, memory_format), which both consume the handle.
        var converted = Call("aten::to"u8, "dtype"u8, [Lend(), (ulong)type, 0, 0, Dispatcher.None]);
        return Call("aten::contiguous"u8, [], [(ulong)converted._handle, 0]);
    }

    /// <summary>A new reference to pass as an argument, which the call consumes.</summary>
    public ulong Lend()
    {
        Succeed(Shim.Copy(_handle, out var copy));
        return (ulong)copy;
    }

    /// <summary>Transfers ownership to libtorch.</summary>
    public ulong Give()
    {
        var copy = Lend();
        Dispose();
        return copy;
    }

    /// <summary>The undefined tensor, which stands for none.</summary>
    public static ulong GiveNone()
    {
        Succeed(Shim.Undefined(out var handle));
        return (ulong)handle;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Shim.Delete(_handle);

    private static NativeTensor Call(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, Span<ulong> slots)
    {
        Dispatcher.Call(name, overload, slots);
        return new NativeTensor((nint)slots[0]);
    }

    private static void Succeed(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("libtorch rejected a tensor; see standard error for the reason.");
        }
    }
}
