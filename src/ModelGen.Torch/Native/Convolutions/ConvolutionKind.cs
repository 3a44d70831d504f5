using TorchSharp.Modules;

namespace ModelGen.Native.Convolutions;

/// <summary>A kind of convolution.</summary>
/// <param name="Rank">The number of spatial axes.</param>
/// <param name="IsTransposed">Whether it is transposed.</param>
internal readonly record struct ConvolutionKind(int Rank, bool IsTransposed)
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<ConvolutionKind> All { get; } =
    [new(1, false), new(1, true), new(2, false), new(2, true), new(3, false), new(3, true)];

    /// <summary>The kinds over two axes.</summary>
    public static IReadOnlyList<ConvolutionKind> OfImages { get; } = [new(2, false), new(2, true)];

    /// <summary>The kind of a module.</summary>
    public static ConvolutionKind Of(Convolution module) =>
        new(
            module switch
            {
                Conv1d or ConvTranspose1d => 1,
                Conv2d or ConvTranspose2d => 2,
                _ => 3,
            },
            module is ConvolutionTranspose
        );

    /// <summary>The name shown to the user.</summary>
    public override string ToString() => $"{(IsTransposed ? "conv-transpose" : "conv")} over {Rank} {(Rank == 1 ? "axis" : "axes")}";
}
