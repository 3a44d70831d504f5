using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Labels as part of what a network sees: one of several axes, or planes of a sample, is one and the others are zero.</summary>
internal static class ClassCondition
{
    /// <summary>Vectors [batch, n] with the label behind them: [batch, n + classes].</summary>
    public static Tensor AppendTo(Tensor vectors, Tensor labels, int classes)
    {
        using var oneHot = OneHot(labels, classes, vectors.dtype);
        return cat([vectors, oneHot], 1);
    }

    /// <summary>Samples [batch, C, …] with a plane for each class behind their channels: [batch, C + classes, …].</summary>
    public static Tensor AppendPlanesTo(Tensor samples, Tensor labels, int classes)
    {
        using var oneHot = OneHot(labels, classes, samples.dtype);
        return AppendPlanesTo(samples, oneHot);
    }

    /// <summary>Samples [batch, C, …] with a plane for each axis of a code [batch, n] behind their channels: [batch, C + n, …].</summary>
    public static Tensor AppendPlanesTo(Tensor samples, Tensor code)
    {
        long[] lengths = samples.shape;
        using var column = code.view([code.size(0), code.size(1), .. Enumerable.Repeat(1L, lengths.Length - 2)]);
        using var planes = column.expand([-1, -1, .. lengths.AsSpan(2)]);
        return cat([samples, planes], 1);
    }

    /// <summary>A one for the class and zeros for the others, [batch, classes].</summary>
    public static Tensor OneHot(Tensor labels, int classes, ScalarType type)
    {
        using var oneHot = nn.functional.one_hot(labels, classes);
        return oneHot.to(type);
    }
}
