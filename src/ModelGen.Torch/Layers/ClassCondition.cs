using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Labels as part of a network's input: a one-hot code in extra axes of a vector, or in extra planes of a sample.</summary>
internal static class ClassCondition
{
    /// <summary>Appends the one-hot label to vectors [batch, n]: [batch, n + classes].</summary>
    public static Tensor AppendTo(Tensor vectors, Tensor labels, int classes)
    {
        using var oneHot = OneHot(labels, classes, vectors.dtype);
        return cat([vectors, oneHot], 1);
    }

    /// <summary>Appends a plane for each class to the channels of samples [batch, C, …]: [batch, C + classes, …].</summary>
    public static Tensor AppendPlanesTo(Tensor samples, Tensor labels, int classes)
    {
        using var oneHot = OneHot(labels, classes, samples.dtype);
        return AppendPlanesTo(samples, oneHot);
    }

    /// <summary>Appends a plane for each axis of a code [batch, n] to the channels of samples [batch, C, …]: [batch, C + n, …].</summary>
    public static Tensor AppendPlanesTo(Tensor samples, Tensor code)
    {
        long[] lengths = samples.shape;
        using var column = code.view([code.size(0), code.size(1), .. Enumerable.Repeat(1L, lengths.Length - 2)]);
        using var planes = column.expand([-1, -1, .. lengths.AsSpan(2)]);
        return cat([samples, planes], 1);
    }

    /// <summary>The one-hot codes of labels, [batch, classes].</summary>
    public static Tensor OneHot(Tensor labels, int classes, ScalarType type)
    {
        using var oneHot = nn.functional.one_hot(labels, classes);
        return oneHot.to(type);
    }
}
