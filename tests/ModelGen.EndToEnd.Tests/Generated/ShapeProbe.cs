using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Shapes;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Generated;

/// <summary>What probed code calls after each operation: compares the tensor with what the compiler inferred for it.</summary>
public static class ShapeProbe
{
    private static readonly List<(Operation Operation, bool HasOwnBatch)> Operations = [];

    private static readonly List<string> Mismatches = [];

    private static Dictionary<string, long> _symbols = [];

    private static long _batch;

    /// <summary>Reserves a number for an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="hasOwnBatch">Whether its batch is not that of the run: an expert's is the vectors that go to it.</param>
    internal static int Number(Operation operation, bool hasOwnBatch)
    {
        Operations.Add((operation, hasOwnBatch));
        return Operations.Count - 1;
    }

    /// <summary>Starts a run: the batch size and the length of the sequences.</summary>
    internal static void Start(long batch, long length)
    {
        (_batch, _symbols) = (batch, new() { [DataShape.Sequence] = length });
        Mismatches.Clear();
        Count = 0;
    }

    /// <summary>The operations seen since the start.</summary>
    internal static int Count { get; private set; }

    /// <summary>What was otherwise than inferred.</summary>
    internal static IReadOnlyList<string> Found => Mismatches;

    /// <summary>Called by probed code.</summary>
    public static void Check(torch.Tensor tensor, int number)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Count++;
        var (operation, hasOwnBatch) = Operations[number];
        var (value, shape) = (operation.Output, tensor.shape);
        var expected = Lengths(value.Shape);
        if (hasOwnBatch && shape.Length == expected.Length)
        {
            expected[0] = shape[0];
        }

        // A value that is the same for the whole batch may stand without it, to be broadcast; one made of weights has none.
        var withoutBatch = expected.Skip(1);
        var isRight = value.HasBatch
            ? shape.SequenceEqual(expected) || (shape.Length < expected.Length && shape.SequenceEqual(withoutBatch))
            : shape.SequenceEqual(withoutBatch);
        var type =
            value.Type != ElementType.Number ? torch.ScalarType.Int64 : Enum.Parse<torch.ScalarType>(value.Precision, ignoreCase: true);
        if (!isRight || tensor.dtype != type)
        {
            Mismatches.Add(
                $"{(value.HasBatch ? value.Shape.WithBatch : value.Shape.ToString())} was inferred; it is "
                    + $"{tensor.dtype} [{string.Join(", ", shape)}]"
            );
        }
    }

    /// <summary>Called by probed code for an operation that gives several tensors.</summary>
    public static void Check(torch.Tensor[] tensors, int number)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Length != Operations[number].Operation.Outputs.Count)
        {
            Mismatches.Add($"{Operations[number].Operation.Outputs.Count} tensors were inferred; there are {tensors.Length}");
        }

        foreach (var tensor in tensors)
        {
            Check(tensor, number);
        }
    }

    /// <summary>A shape with the batch and the length of the run.</summary>
    internal static long[] Lengths(Shape shape) => [_batch, .. shape.Axes.Select(static axis => axis.Evaluate(_symbols))];
}
