using ModelGen.Data;
using ModelGen.Models;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Graphs;

/// <summary>Random samples that suit a model, in whole batches, for validation as well, as the probe knows one batch size.</summary>
internal static class RandomSamples
{
    /// <summary>Images where the model's samples look like them, else tensors; with labels where it has classes.</summary>
    public static SampleDataset For(SampleModel model, int batch, Device? device = null)
    {
        var shape = Array.ConvertAll(model.SampleShape.ToArray(), static length => (int)length);
        return shape.Length == 3 && model.SampleRange == (0, 1)
            ? SampleDataset.Create(
                Images(3 * batch, shape, model.ClassCount),
                Images(2 * batch, shape, model.ClassCount),
                validationFraction: 0.5,
                device: device
            )
            : SampleDataset.Create(
                Tensors(3 * batch, shape, model.SampleRange, model.ClassCount),
                Tensors(2 * batch, shape, model.SampleRange, model.ClassCount),
                validationFraction: 0.5,
                device: device
            );
    }

    /// <summary>Tensors with a target and, where the network gives a vector, a class each.</summary>
    public static SampleDataset For(Network network, int batch, Device? device = null)
    {
        var shape = Array.ConvertAll(network.InputShape.ToArray(), static length => (int)length);
        var targets = Array.ConvertAll(network.OutputShape.ToArray(), static length => (int)length);
        return SampleDataset.Create(Of(3 * batch), Of(2 * batch), validationFraction: 0.5, device: device);

        TensorCollection Of(int count) => Tensors(count, shape, network.InputRange, targets is [var classes] ? classes : 0, targets);
    }

    private static ImageCollection Images(int count, int[] shape, int classes)
    {
        var pixels = new byte[count * Size(shape)];
        new Random(count).NextBytes(pixels);
        return new ImageCollection(pixels, shape[0], shape[1], shape[2], Labels(count, classes), Names(classes));
    }

    private static TensorCollection Tensors(int count, int[] shape, (double Low, double High)? range, int classes, int[]? targets = null)
    {
        var random = new Random(count);
        var (low, high) = range ?? (-2, 2);
        return new TensorCollection(
            Drawn(Size(shape), low, high),
            shape,
            Labels(count, classes),
            Names(classes),
            targets is null ? null : Drawn(Size(targets), 0, 1),
            targets
        );

        float[] Drawn(int size, double from, double to) =>
            [.. Enumerable.Range(0, count * size).Select(_ => (float)(from + (random.NextDouble() * (to - from))))];
    }

    private static int[]? Labels(int count, int classes) => classes == 0 ? null : [.. Enumerable.Range(0, count).Select(i => i % classes)];

    private static string[]? Names(int classes) => classes == 0 ? null : [.. Enumerable.Range(0, classes).Select(static i => $"class {i}")];

    private static int Size(int[] shape) => shape.Aggregate(1, static (a, b) => a * b);
}
