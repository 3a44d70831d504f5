using ModelGen.Compiler.Operations;
using ModelGen.EndToEnd.Tests.Layers;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Windows that move over data.</summary>
internal static class Sliding
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Convolution>(
            static (op, x) =>
                Windows.Convolve(
                    x[0],
                    x[1],
                    x.ElementAtOrDefault(2),
                    [.. op.Window.Stride],
                    [.. op.Window.Padding],
                    [.. op.Window.Dilation],
                    op.Groups
                )
        );
        meanings.Add<TransposedConvolution>(
            static (op, x) =>
                Windows.ConvolveTransposed(
                    x[0],
                    x[1],
                    x.ElementAtOrDefault(2),
                    [.. op.Window.Stride],
                    [.. op.Window.Padding],
                    [.. op.Window.Dilation],
                    [.. op.OutputPadding],
                    op.Groups
                )
        );
        meanings.Add<AveragePool>(static (op, x) => Pooled(x[0], op.Window, 0, static window => window.Average()));
        meanings.Add<MaximumPool>(static (op, x) => Pooled(x[0], op.Window, double.NegativeInfinity, static window => window.Max()));
    }

    private static Grid Pooled(Grid x, Window window, double outside, Func<IEnumerable<double>, double> figure) =>
        Windows.Pool(x, [.. window.Kernel], [.. window.Stride], [.. window.Padding], outside, figure, [.. window.Dilation]);
}
