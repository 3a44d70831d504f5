using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Decoding;

/// <summary>The weight of a linear map, laid out for a few vectors at a time.</summary>
/// <remarks>
/// 64 outputs are a panel, in which the weights of the first input come first, then those of the second, and so on. Each output is then the
/// sum of its products from the first input on, whatever else is computed with it: a vector gives the same bits alone and among others.
/// </remarks>
internal abstract class PackedWeight : IDisposable
{
    /// <summary>How many outputs are side by side.</summary>
    protected const int Panel = 64;

    /// <summary>From how many multiply-adds on another thread is worth its start.</summary>
    private const long ThreadWorth = 1 << 20;

    /// <summary>Lays out a weight.</summary>
    /// <param name="weight">The weight, float32 [outputs, inputs] on the CPU.</param>
    /// <param name="format">How to keep it.</param>
    public static PackedWeight Of(Tensor weight, WeightFormat format) =>
        format switch
        {
            WeightFormat.Float32 => new PackedWeight<SingleElement, float>(weight, isScaled: false),
            WeightFormat.BFloat16 => new PackedWeight<BFloat16Element, ushort>(weight, isScaled: false),
            _ => new PackedWeight<Int8Element, sbyte>(weight, isScaled: true),
        };

    /// <summary>How many inputs the map has.</summary>
    public abstract int Inputs { get; }

    /// <summary>How many outputs it has.</summary>
    public abstract int Outputs { get; }

    /// <summary>x Wᵀ + b for each vector.</summary>
    /// <param name="x">The vectors, one after another.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="bias">b, one number for each output; null for none.</param>
    /// <param name="y">Takes the results, one after another.</param>
    public unsafe void Multiply(float* x, int rows, float* bias, float* y)
    {
        var panels = (Outputs + Panel - 1) / Panel;
        var threads = (int)Math.Clamp((long)rows * Inputs * Outputs / ThreadWorth, 1, Math.Min(panels, LibtorchThreads.Count));
        if (threads == 1)
        {
            Multiply(x, rows, bias, y, 0, panels);
            return;
        }

        LibtorchThreads.Run(threads, part =>
            Multiply(x, rows, bias, y, (int)((long)panels * part / threads), (int)((long)panels * (part + 1) / threads))
        );
    }

    public abstract void Dispose();

    /// <summary>The outputs of some panels.</summary>
    protected abstract unsafe void Multiply(float* x, int rows, float* bias, float* y, int firstPanel, int endPanel);
}
