using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>
/// libtorch's stable C interface below TorchSharp: bare handles without dispose scopes or finalizers, for code that libtorch itself calls.
/// Functions return 0 for success; otherwise the reason is on standard error.
/// </summary>
internal static unsafe partial class Shim
{
    private const string Library = "torch_cpu";

    [LibraryImport(Library, EntryPoint = "aoti_torch_abi_version")]
    public static partial ulong AbiVersion();

    /// <summary>
    /// Starts registering kernels for a dispatch key with operators of a namespace; they are removed when the library is deleted.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "aoti_torch_library_init_impl")]
    public static partial int NewLibrary(byte* operatorNamespace, byte* dispatchKey, byte* file, uint line, out nint library);

    [LibraryImport(Library, EntryPoint = "torch_library_impl")]
    public static partial int Implement(
        nint library,
        byte* name,
        delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void> kernel,
        ulong abiVersion
    );

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_library_object")]
    public static partial int DeleteLibrary(nint library);

    [LibraryImport(Library, EntryPoint = "aoti_torch_empty_strided")]
    public static partial int Empty(long rank, long* sizes, long* strides, int type, int deviceType, int deviceIndex, out nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    public static partial int View(
        void* data,
        long rank,
        long* sizes,
        long* strides,
        long offset,
        int type,
        int deviceType,
        int deviceIndex,
        out nint tensor
    );

    /// <summary>The undefined tensor, which stands for none.</summary>
    [LibraryImport(Library, EntryPoint = "aoti_torch_new_uninitialized_tensor")]
    public static partial int Undefined(out nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_is_defined")]
    public static partial int IsDefined(nint tensor, out byte isDefined);

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    public static partial int Copy(nint tensor, out nint copy);

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    public static partial int Delete(nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    public static partial int Data(nint tensor, out void* data);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dim")]
    public static partial int Rank(nint tensor, out long rank);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_sizes")]
    public static partial int Sizes(nint tensor, out long* sizes);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_strides")]
    public static partial int Strides(nint tensor, out long* strides);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dtype")]
    public static partial int Type(nint tensor, out int type);

    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu_mm_out")]
    public static partial int Multiply(nint result, nint left, nint right);

    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu_addmm_out")]
    public static partial int MultiplyAndAdd(nint result, nint summand, nint left, nint right, double beta, double alpha);

    [LibraryImport(Library, EntryPoint = "torch_list_size")]
    public static partial int ListSize(nint list, out nuint size);

    [LibraryImport(Library, EntryPoint = "torch_list_get_item")]
    public static partial int ListItem(nint list, nuint index, out ulong item);

    [LibraryImport(Library, EntryPoint = "torch_delete_list")]
    public static partial int DeleteList(nint list);

    /// <summary>Runs parts of a range on libtorch's threads; nested within such a run, it is one part on the calling thread.</summary>
    [LibraryImport(Library, EntryPoint = "torch_parallel_for")]
    public static partial int ParallelFor(
        long begin,
        long end,
        long grain,
        delegate* unmanaged[Cdecl]<long, long, void*, void> part,
        void* context
    );

    /// <summary>The number of threads that operations on the calling thread use.</summary>
    [LibraryImport(Library, EntryPoint = "torch_get_num_threads")]
    public static partial int ThreadCount(out uint count);
}
