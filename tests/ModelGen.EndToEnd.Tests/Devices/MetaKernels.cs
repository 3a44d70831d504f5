using System.Runtime.InteropServices;
using ModelGen.Native;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Devices;

/// <summary>
/// Kernels of the META device for operators that have none outside of Python, until disposed. A call is made on the CPU with zeros of the
/// shapes that it has been given, and its results are META tensors of the shapes of those. Copies to the CPU, which are errors without
/// these, are zeros as well, or true where they say yes or no.
/// </summary>
internal sealed unsafe partial class MetaKernels : IDisposable
{
    // What is written into, and given back.
    private const string Written = "Tensor(a!)";

    private static readonly string[] Schemas =
    [
        "_amp_foreach_non_finite_check_and_unscale_(Tensor[] self, Tensor found_inf, Tensor inv_scale) -> ()",
        "_amp_update_scale_(Tensor(a!) self, Tensor growth_tracker, Tensor found_inf, float scale_growth_factor, float "
            + "scale_backoff_factor, int growth_interval) -> (Tensor(a!))",
        "_fused_adamw_(Tensor[] self, Tensor[] grads, Tensor[] exp_avgs, Tensor[] exp_avg_sqs, Tensor[] max_exp_avg_sqs, Tensor[] "
            + "state_steps, float lr, float beta1, float beta2, float weight_decay, float eps, bool amsgrad, bool maximize, Tensor? "
            + "grad_scale, Tensor? found_inf) -> ()",
        "_fused_sgd_(Tensor[] self, Tensor[] grads, Tensor[] momentum_buffer_list, float weight_decay, float momentum, float lr, "
            + "float dampening, bool nesterov, bool maximize, bool is_first_step, Tensor? grad_scale, Tensor? found_inf) -> ()",
        "_to_copy(Tensor self, ScalarType? dtype, Layout? layout, Device? device, bool? pin_memory, bool non_blocking, "
            + "MemoryFormat? memory_format) -> (Tensor)",
        "abs(Tensor self) -> (Tensor)",
        "bincount(Tensor self, Tensor? weights, SymInt minlength) -> (Tensor)",
        "convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool "
            + "transposed, SymInt[] output_padding, SymInt groups) -> (Tensor)",
        "convolution_backward(Tensor grad_output, Tensor input, Tensor weight, SymInt[]? bias_sizes, SymInt[] stride, SymInt[] "
            + "padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool[3] output_mask) -> (Tensor, "
            + "Tensor, Tensor)",
        "dot(Tensor self, Tensor tensor) -> (Tensor)",
        "embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, SymInt padding_idx, bool "
            + "scale_grad_by_freq) -> (Tensor)",
        "index_select(Tensor self, int dim, Tensor index) -> (Tensor)",
        "log_sigmoid_backward(Tensor grad_output, Tensor self, Tensor buffer) -> (Tensor)",
        "log_sigmoid_forward(Tensor self) -> (Tensor, Tensor)",
        "max(Tensor self) -> (Tensor)",
        "min(Tensor self) -> (Tensor)",
        "nan_to_num(Tensor self, float? nan, float? posinf, float? neginf) -> (Tensor)",
        "native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, "
            + "float momentum, float eps) -> (Tensor, Tensor, Tensor)",
        "native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean, Tensor? running_var, "
            + "Tensor? save_mean, Tensor? save_invstd, bool train, float eps, bool[3] output_mask) -> (Tensor, Tensor, Tensor)",
        "native_group_norm_backward(Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, SymInt N, SymInt C, "
            + "SymInt HxW, int group, bool[3] output_mask) -> (Tensor, Tensor, Tensor)",
        "native_layer_norm_backward(Tensor grad_out, Tensor input, SymInt[] normalized_shape, Tensor mean, Tensor rstd, Tensor? "
            + "weight, Tensor? bias, bool[3] output_mask) -> (Tensor, Tensor, Tensor)",
        "relu(Tensor self) -> (Tensor)",
        "where.self(Tensor condition, Tensor self, Tensor other) -> (Tensor)",
        "where.self_out(Tensor condition, Tensor self, Tensor other, Tensor(a!) out) -> (Tensor(a!))",
    ];

    // libtorch calls them as long as the library is there.
    private readonly List<Kernel> _kernels = [];
    private readonly nint _library;

    public MetaKernels()
    {
        fixed (
            byte* name = "aten"u8,
                key = "Meta"u8,
                file = "ModelGen.EndToEnd.Tests"u8
        )
        {
            Assert.Equal(0, Shim.NewLibrary(name, key, file, 0, out _library));
        }

        foreach (var schema in Schemas)
        {
            Add(schema);
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Kernel(ulong* stack, ulong arguments, ulong results);

    public void Dispose() => Assert.Equal(0, Shim.DeleteLibrary(_library));

    private void Add(string schema)
    {
        var name = schema[..schema.IndexOf('(')];
        var (arguments, results) = schema[(name.Length + 1)..^1].Split(") -> (") is [var left, var right]
            ? (Types(left), Types(right))
            : throw new FormatException(schema);
        Kernel kernel = (stack, _, _) =>
        {
            try
            {
                Call(name, arguments, results, stack);
            }
            catch (Exception exception)
            {
                Console.Error.WriteLine($"{name} on META: {exception}");
                for (var i = 0; i < results.Length; i++)
                {
                    stack[i] = NativeTensor.GiveNone();
                }
            }
        };
        _kernels.Add(kernel);
        var text = Marshal.StringToCoTaskMemUTF8(name);
        Assert.Equal(
            0,
            Shim.Implement(
                _library,
                (byte*)text,
                (delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void>)Marshal.GetFunctionPointerForDelegate(kernel),
                Shim.AbiVersion()
            )
        );
        Marshal.FreeCoTaskMem(text);
    }

    private static string[] Types(string list) => list.Length == 0 ? [] : [.. list.Split(", ").Select(static each => each.Split(' ')[0])];

    private static void Call(string name, string[] arguments, string[] results, ulong* stack)
    {
        // What only writes into its arguments has nothing to do, and gives back what it was given.
        if (results is [] or [Written])
        {
            var written = 0UL;
            for (var i = 0; i < arguments.Length; i++)
            {
                if (arguments[i] == Written)
                {
                    written = stack[i];
                }
                else
                {
                    Free(arguments[i], stack[i]);
                }
            }

            stack[0] = written;
            return;
        }

        var staysOnCpu = false;
        var slots = new Span<ulong>(stack, arguments.Length).ToArray();
        for (var i = 0; i < slots.Length; i++)
        {
            if (arguments[i] == "Device?" && slots[i] != Dispatcher.None)
            {
                staysOnCpu = Dispatcher.TakeOptional(slots[i]) >> 32 == (ulong)DeviceType.CPU;
                slots[i] = Dispatcher.None;
            }

            slots[i] = OnCpu(arguments[i], slots[i]);
        }

        var parts = name.Split('.');
        Array.Resize(ref slots, Math.Max(slots.Length, results.Length));
        Dispatcher.Call(Text($"aten::{parts[0]}"), Text(parts.Length > 1 ? parts[1] : ""), slots);
        for (var i = 0; i < results.Length; i++)
        {
            stack[i] = results[i] == "Tensor" && !staysOnCpu ? OnMeta(slots[i]) : slots[i];
        }
    }

    private static ReadOnlySpan<byte> Text(string text) => System.Text.Encoding.UTF8.GetBytes(text + "\0").AsSpan(0, text.Length);

    private static ulong OnCpu(string type, ulong slot)
    {
        switch (type)
        {
            case "Tensor":
                return StandIn(slot);
            case "Tensor?" when slot != Dispatcher.None:
                *(ulong*)slot = StandIn(*(ulong*)slot);
                return slot;
            default:
                return slot;
        }
    }

    private static void Free(string type, ulong slot)
    {
        switch (type)
        {
            case "Tensor":
                NativeTensor.Take(slot).Dispose();
                break;
            case "Tensor?" when slot != Dispatcher.None:
                NativeTensor.Take(Dispatcher.TakeOptional(slot)).Dispose();
                break;
            case "Tensor[]":
                // The list holds handles, which are the kernel's as well.
                foreach (var element in Dispatcher.TakeIntegers(slot))
                {
                    NativeTensor.Take((ulong)element).Dispose();
                }

                break;
        }
    }

    /// <summary>A tensor on the CPU in the place of a META tensor.</summary>
    private static ulong StandIn(ulong slot)
    {
        var given = NativeTensor.Take(slot);
        if (Shim.IsDefined((nint)slot, out var isDefined) != 0 || isDefined == 0)
        {
            return slot;
        }

        Assert.Equal(0, DeviceOf((nint)slot, out var device));
        if (device != (int)DeviceType.META)
        {
            return slot;
        }

        using (given)
        {
            var standIn = NativeTensor.Empty(given.Sizes, given.Type);
            var handle = standIn.Give();
            Assert.Equal(0, Bytes((nint)handle, out var size));
            if (size > 0)
            {
                Assert.Equal(0, Shim.Data((nint)handle, out var data));
                new Span<byte>(data, checked((int)size)).Fill((byte)(given.Type == (int)torch.ScalarType.Bool ? 1 : 0));
            }

            return handle;
        }
    }

    private static ulong OnMeta(ulong slot)
    {
        if (Shim.IsDefined((nint)slot, out var isDefined) != 0 || isDefined == 0)
        {
            return slot;
        }

        using var result = NativeTensor.Take(slot);
        var sizes = result.Sizes;
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
            Assert.Equal(
                0,
                Shim.Empty(sizes.Length, sizesPointer, stridesPointer, result.Type, (int)DeviceType.META, deviceIndex: 0, out var handle)
            );
            return (ulong)handle;
        }
    }

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_device_type")]
    private static partial int DeviceOf(nint tensor, out int type);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_storage_size")]
    private static partial int Bytes(nint tensor, out long size);
}
