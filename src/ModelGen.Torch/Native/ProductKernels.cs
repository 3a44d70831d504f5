using System.Runtime.Intrinsics.X86;

namespace ModelGen.Native;

/// <summary>
/// Chooses the library that multiplies matrices on the CPU. On processors of AMD, MKL has no kernels of 512 bits, and oneDNN, which makes
/// its own for each shape, is about twice as fast. The processor alone decides, so that a run has the same bytes each time.
/// </summary>
/// <remarks>
/// If set, the environment variable <c>MODELGEN_PRODUCTS</c> overrides the choice: <c>libtorch</c> or <c>onednn</c>.
/// </remarks>
internal static class ProductKernels
{
    /// <summary>The environment variable that overrides the choice.</summary>
    public const string Variable = "MODELGEN_PRODUCTS";

    private static readonly Lock Changing = new();

    /// <summary>The library in use.</summary>
    public static ProductKernel Chosen => OneDnnProduct.IsInUse ? ProductKernel.OneDnn : ProductKernel.Libtorch;

    /// <summary>Chooses for the process, once libtorch is loaded. Takes some milliseconds where oneDNN is tested.</summary>
    /// <exception cref="ModelGenException">The environment variable has another value, or asks for what is not there.</exception>
    public static void Choose()
    {
        if (Asked() is { } asked)
        {
            Set(asked);
            return;
        }

        Set(IsFasterWithOneDnn() ? ProductKernel.OneDnn : ProductKernel.Libtorch);
        if (Chosen == ProductKernel.OneDnn && !ProductSelfTest.IsRight())
        {
            Set(ProductKernel.Libtorch);
        }
    }

    /// <summary>Forces a library, whatever the processor, until the result is disposed.</summary>
    internal static IDisposable Force(ProductKernel kernel)
    {
        var before = new Forced(Chosen);
        Set(kernel);
        return before;
    }

    private static bool IsFasterWithOneDnn() => Avx512F.IsSupported && IsAmd() && OneDnnProduct.IsPossible;

    private static bool IsAmd()
    {
        // AuthenticAMD
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        return (b, d, c) == (0x68747541, 0x69746E65, 0x444D4163);
    }

    private static ProductKernel? Asked()
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case null or "":
                return null;
            case "libtorch":
                return ProductKernel.Libtorch;
            case "onednn" when OneDnnProduct.IsPossible:
                return ProductKernel.OneDnn;
            case "onednn":
                throw new ModelGenException(
                    $"The environment variable {Variable} is 'onednn', which can be had only on Linux for x86-64; set it to 'libtorch' or "
                        + "leave it unset."
                );
            case { } other:
                throw new ModelGenException(
                    $"The environment variable {Variable} is '{other}'; set it to 'libtorch' or 'onednn', or leave it unset to have "
                        + "ModelGen choose by the processor."
                );
        }
    }

    private static void Set(ProductKernel kernel)
    {
        lock (Changing)
        {
            OneDnnProduct.Use(kernel == ProductKernel.OneDnn);
        }
    }

    private sealed class Forced(ProductKernel before) : IDisposable
    {
        public void Dispose() => Set(before);
    }
}
