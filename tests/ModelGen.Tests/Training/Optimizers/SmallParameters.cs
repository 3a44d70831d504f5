using ModelGen.Training.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Optimizers;

/// <summary>Seven parameters of several shapes, two of them alike, and gradients for them.</summary>
internal static class SmallParameters
{
    private static readonly long[][] Shapes =
    [
        [3, 4],
        [4, 2],
        [3, 4],
        [5],
        [2, 3, 2, 2],
        [5],
        [],
    ];

    public static NamedParameter[] Create() =>
        [
            .. Shapes.Select(
                static (shape, index) =>
                    new NamedParameter($"p{index}", new Parameter(Tensor(shape, element => Math.Sin(1 + index + (0.7 * element)))))
            ),
        ];

    public static void SetGradients(NamedParameter[] parameters, int step)
    {
        for (var index = 0; index < parameters.Length; index++)
        {
            SetGradient(parameters, index, step);
        }
    }

    public static void SetGradient(NamedParameter[] parameters, int index, int step) =>
        parameters[index].Value.grad = Tensor(Shapes[index], element => Math.Cos((1.3 * index) + (2.1 * step) + (0.9 * element)));

    public static float[] Values(NamedParameter[] parameters) => [.. parameters.SelectMany(static parameter => Values(parameter.Value))];

    public static float[] Values(Tensor tensor)
    {
        using var detached = tensor.detach();
        return detached.data<float>().ToArray();
    }

    private static Tensor Tensor(long[] shape, Func<int, double> element) =>
        tensor(
                Enumerable
                    .Range(0, (int)shape.Aggregate(1L, static (product, length) => product * length))
                    .Select(i => (float)element(i))
                    .ToArray()
            )
            .reshape(shape);
}
