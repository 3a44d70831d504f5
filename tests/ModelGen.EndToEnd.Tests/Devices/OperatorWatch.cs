using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelGen.Native;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Devices;

/// <summary>
/// Looks at the arguments of every operator that libtorch is asked for, on every thread, until disposed, and notes those that take tensors
/// of two devices, or of double precision elsewhere than on the CPU, which Apple's GPUs lack. The META device is not enough for that: many
/// of its kernels look at shapes alone, and compute them for a tensor on the CPU as well.
/// </summary>
internal sealed unsafe partial class OperatorWatch : IDisposable
{
    private const string Library = "torch_cpu";

    // They bring numbers from one device to another, or look at a shape alone.
    private static readonly HashSet<string> Copies = ["aten::copy_", "aten::_foreach_copy_", "aten::view_as"];

    private static readonly Lock Changing = new();
    private static readonly List<string> Noted = [];

    // How many operators the thread is inside of: what libtorch's own do with each other, such as multiplying by a number, which is a
    // tensor on the CPU then, is its business.
    [ThreadStatic]
    private static int _depth;

    private readonly ulong _handle;

    /// <summary>Begins with nothing found.</summary>
    public OperatorWatch()
    {
        lock (Changing)
        {
            Noted.Clear();
        }

        var callback = new Callback
        {
            Start = &Enter,
            End = &Leave,
            SamplingProbability = 1,
            NeedsInputs = 1,
        };
        callback.Scopes[0] = 1; // functions
        _handle = AddGlobalCallback(callback);
    }

    /// <summary>A line for each such call: the operator, its tensors, and where it was called.</summary>
    public static IReadOnlyList<string> Found
    {
        get
        {
            lock (Changing)
            {
                return [.. Noted];
            }
        }
    }

    public void Dispose() => RemoveCallback(_handle);

    // std::unique_ptr<ObserverContext> (*)(const RecordFunction&): what is returned has a destructor, so its place is the hidden first
    // argument.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint* Enter(nint* result, nint function)
    {
        *result = 0;
        try
        {
            if (_depth++ == 0)
            {
                Look(function);
            }
        }
        catch (Exception exception)
        {
            Note(exception.ToString());
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Leave(nint function, nint context) => _depth--;

    private static void Look(nint function)
    {
        var values = *(Value**)(function + RecordedCall.Inputs);
        var count = *(nuint*)(function + RecordedCall.Inputs + sizeof(nint));
        var tensors = new List<Argument>();
        for (nuint i = 0; i < count; i++)
        {
            Collect(values + i, tensors);
        }

        var isMixed = tensors.DistinctBy(static tensor => tensor.Device).Count() > 1;
        var isDouble = tensors.Exists(static tensor => tensor.Device != DeviceType.CPU && tensor.Type == torch.ScalarType.Float64);
        if ((!isMixed && !isDouble) || Marshal.PtrToStringUTF8(Name(function)) is not { } name || (!isDouble && Copies.Contains(name)))
        {
            return;
        }

        var frames = new StackTrace(fNeedFileInfo: true)
            .GetFrames()
            .Select(static frame =>
                (Method: frame.GetMethod(), File: Path.GetFileName(frame.GetFileName()), Line: frame.GetFileLineNumber())
            )
            .Where(static frame =>
                frame.Method?.DeclaringType is { } type
                && type.Namespace?.StartsWith("TorchSharp", StringComparison.Ordinal) != true
                && !type.FullName!.StartsWith(typeof(OperatorWatch).FullName!, StringComparison.Ordinal)
            )
            .Select(static frame =>
                frame.File is null
                    ? $"{frame.Method!.DeclaringType!.Name}.{frame.Method.Name}"
                    : $"{frame.Method!.DeclaringType!.Name}.{frame.Method.Name} ({frame.File}:{frame.Line})"
            )
            .Take(4);
        Note($"{name}({string.Join(", ", tensors)}) in {string.Join(" < ", frames)}");
    }

    private static void Collect(Value* value, List<Argument> tensors)
    {
        if (value->Tag == Value.Tensor)
        {
            // The payload is an at::Tensor, whose address is a handle of it.
            var handle = (nint)value;
            if (
                Shim.IsDefined(handle, out var isDefined) == 0
                && isDefined != 0
                && GetDeviceType(handle, out var device) == 0
                && Shim.Rank(handle, out var rank) == 0
                && Shim.Type(handle, out var type) == 0
            )
            {
                tensors.Add(new Argument((DeviceType)device, (torch.ScalarType)type, rank));
            }
        }
        else if (value->Tag == Value.List)
        {
            var list = (Value**)(value->Payload + Value.ListElements);
            for (var element = list[0]; element != list[1]; element++)
            {
                Collect(element, tensors);
            }
        }
    }

    private static void Note(string line)
    {
        lock (Changing)
        {
            Noted.Add(line);
        }
    }

    private readonly record struct Argument(DeviceType Device, torch.ScalarType Type, long Rank)
    {
        public override string ToString() => $"{Device} {Type} of {Rank} axes";
    }

    /// <summary>at::RecordFunction of libtorch 2.10, of which no function gives the inputs.</summary>
    private static class RecordedCall
    {
        /// <summary>Where its c10::ArrayRef of IValues is.</summary>
        public const int Inputs = 0xd0;
    }

    /// <summary>c10::IValue.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Value
    {
        public const uint Tensor = 1;
        public const uint List = 14;

        /// <summary>Where a c10::detail::ListImpl has its std::vector: behind its table of functions and its counts.</summary>
        public const int ListElements = 16;

        public nint Payload;
        public uint Tag;
    }

    /// <summary>at::RecordFunctionCallback.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Callback
    {
        public delegate* unmanaged[Cdecl]<nint*, nint, nint*> Start;
        public delegate* unmanaged[Cdecl]<nint, nint, void> End;
        public double SamplingProbability;
        public fixed byte Scopes[10];
        public byte NeedsInputs;
        public byte NeedsOutputs;
        public byte NeedsIds;
    }

    [LibraryImport(Library, EntryPoint = "_ZN2at17addGlobalCallbackENS_22RecordFunctionCallbackE")]
    private static partial ulong AddGlobalCallback(Callback callback);

    [LibraryImport(Library, EntryPoint = "_ZN2at14removeCallbackEm")]
    private static partial void RemoveCallback(ulong handle);

    [LibraryImport(Library, EntryPoint = "_ZNK2at14RecordFunction4nameEv")]
    private static partial nint Name(nint function);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_device_type")]
    private static partial int GetDeviceType(nint tensor, out int type);
}
