using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>
/// Replaces libtorch's product of two matrices on the CPU, <c>aten::mm</c>, with <see cref="Product"/>: in its dispatcher, below autograd.
/// Linear layers without a bias, the backward pass of all linear layers and TorchScript's products are then computed here.
/// </summary>
internal sealed unsafe class ProductOperator : IDisposable
{
    private readonly nint _library;

    /// <summary>Registers the replacement, until disposed.</summary>
    public ProductOperator()
    {
        fixed (
            byte* name = "aten"u8,
                key = "CPU"u8,
                file = "ModelGen"u8,
                product = "mm"u8
        )
        {
            Succeed(Shim.NewLibrary(name, key, file, 0, out _library));
            try
            {
                Succeed(Shim.Implement(_library, product, &Multiply, Shim.AbiVersion()));
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    /// <summary>Restores libtorch's own kernel.</summary>
    public void Dispose() => _ = Shim.DeleteLibrary(_library);

    private static void Succeed(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("libtorch rejected ModelGen's matrix product; see standard error for the reason.");
        }
    }

    // mm(Tensor self, Tensor mat2) -> Tensor
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Multiply(ulong* stack, ulong arguments, ulong results)
    {
        var (left, right) = ((nint)stack[0], (nint)stack[1]);
        stack[0] = (ulong)Product.Of(left, right);
        _ = Shim.Delete(left);
        _ = Shim.Delete(right);
    }
}
