using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// Calls libtorch operators by name through its stable C interface (<c>torch/csrc/stable/c/shim.h</c>): operators that TorchSharp does not
/// wrap, or wraps one tensor at a time. A call costs as much as TorchSharp's own, and autograd records it.
/// </summary>
/// <remarks>
/// All arguments of a schema, including defaults, go into 64-bit slots. Tensors and lists in slots are consumed by the call. Operators with
/// an argument of the schema type <c>Scalar</c> cannot be called this way. libtorch 2.10 reports an error only as a return code and writes
/// the message to standard error, so callers check shapes first.
/// </remarks>
internal static unsafe partial class Dispatcher
{
    /// <summary>The slot of an omitted optional argument.</summary>
    public const ulong None = 0;

    private const string Library = "torch_cpu";

    /// <summary>Runs an operator.</summary>
    /// <param name="name">For example <c>"aten::_fused_adamw_"u8</c>; a UTF-8 literal, because the call needs its null terminator.</param>
    /// <param name="overload">The overload's name as a UTF-8 literal; empty for the default overload.</param>
    /// <param name="slots">The arguments; the results overwrite them, starting at the first slot.</param>
    /// <exception cref="InvalidOperationException">libtorch rejected the call.</exception>
    public static void Call(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, Span<ulong> slots)
    {
        byte empty = 0; // an empty span has no address to pass
        fixed (
            byte* namePointer = name,
                overloadPointer = overload
        )
        fixed (ulong* slotsPointer = slots)
        {
            if (CallDispatcher(namePointer, overload.IsEmpty ? &empty : overloadPointer, slotsPointer) != 0)
            {
                throw new InvalidOperationException(
                    $"libtorch rejected the operator {System.Text.Encoding.UTF8.GetString(name)}; see standard error for the reason."
                );
            }
        }
    }

    /// <summary>A floating-point argument.</summary>
    public static ulong Float(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>A Boolean argument.</summary>
    public static ulong Bool(bool value) => value ? 1UL : 0UL;

    /// <summary>A tensor argument; the caller keeps its own reference.</summary>
    public static ulong Tensor(Tensor tensor)
    {
        Check(NewTensorHandle(tensor.Handle, out var handle));
        GC.KeepAlive(tensor);
        return (ulong)handle;
    }

    /// <summary>An optional tensor argument; the caller keeps its own reference.</summary>
    public static ulong OptionalTensor(Tensor? tensor)
    {
        if (tensor is null)
        {
            return None;
        }

        // libtorch frees the memory with C++'s delete, which is the C library's free on every platform it is built for.
        var slot = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *slot = Tensor(tensor);
        return (ulong)slot;
    }

    /// <summary>A list of tensors; the caller keeps its own references.</summary>
    public static ulong TensorList(ReadOnlySpan<Tensor> tensors)
    {
        Check(NewList((nuint)tensors.Length, out var list));
        foreach (var tensor in tensors)
        {
            Check(PushBack(list, Tensor(tensor)));
        }

        return (ulong)list;
    }

    /// <summary>A list containing the same tensor several times.</summary>
    public static ulong TensorList(Tensor tensor, int count)
    {
        Check(NewList((nuint)count, out var list));
        for (var index = 0; index < count; index++)
        {
            Check(PushBack(list, Tensor(tensor)));
        }

        return (ulong)list;
    }

    /// <summary>A list of integers or Booleans.</summary>
    public static ulong IntegerList(ReadOnlySpan<long> integers)
    {
        Check(NewList((nuint)integers.Length, out var list));
        foreach (var integer in integers)
        {
            Check(PushBack(list, (ulong)integer));
        }

        return (ulong)list;
    }

    /// <summary>The value of an optional argument that libtorch passes to a kernel; the argument must not be <see cref="None"/>.</summary>
    public static ulong TakeOptional(ulong slot)
    {
        // libtorch allocated it with C++'s new, which is the C library's malloc on every platform it is built for.
        var value = *(ulong*)slot;
        NativeMemory.Free((void*)slot);
        return value;
    }

    /// <summary>The integers of a list that libtorch passes to a kernel.</summary>
    public static long[] TakeIntegers(ulong slot)
    {
        Check(Shim.ListSize((nint)slot, out var size));
        var integers = new long[size];
        for (nuint i = 0; i < size; i++)
        {
            Check(Shim.ListItem((nint)slot, i, out var item));
            integers[i] = (long)item;
        }

        Check(Shim.DeleteList((nint)slot));
        return integers;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("libtorch could not create an operator's argument; see standard error for the reason.");
        }
    }

    [LibraryImport(Library, EntryPoint = "aoti_torch_call_dispatcher")]
    private static partial int CallDispatcher(byte* name, byte* overload, ulong* slots);

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    private static partial int NewTensorHandle(nint original, out nint copy);

    [LibraryImport(Library, EntryPoint = "torch_new_list_reserve_size")]
    private static partial int NewList(nuint size, out nint list);

    [LibraryImport(Library, EntryPoint = "torch_list_push_back")]
    private static partial int PushBack(nint list, ulong element);
}
