using System.Reflection;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>Every operation of the rooms that numbers go through, forward and backward, while garbage is collected.</summary>
[Collection(StressTests.Name)]
public sealed class OperationTests(Stress stress) : IDisposable
{
    private const int Times = 20;

    private static readonly Dictionary<string, MethodInfo> Operations = new[] { typeof(Numbers), typeof(TensorArithmetic) }
        .SelectMany(static room => room.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .ToDictionary(NameOf);

    private readonly Tensor _x = tensor([-2f, -0.5f, 0.1f, 0.7f, 1.5f, 3f]).requires_grad_();
    private readonly Tensor _y = tensor([0.3f, 0.2f, -1f, 4f, -0.25f, 8f]);
    private readonly Tensor _mask = tensor([true, false, false, true, true, false]);
    private readonly Tensor _index = tensor([4L, 0L, 4L]);
    private readonly Tensor _source = tensor([0.25f, 0.5f, 2f]);
    private readonly Tensor _scalar = tensor(0.375f);

    public static TheoryData<string> Names => [.. Operations.Keys];

    public void Dispose()
    {
        foreach (var tensor in new[] { _x, _y, _mask, _index, _source, _scalar })
        {
            tensor.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GiveTheSame(string name) =>
        stress.Check(results =>
        {
            using (no_grad())
            {
                for (var i = 0; i < Times; i++)
                {
                    Compute(Operations[name], results);
                }
            }

            Compute(Operations[name], results);
        });

    private static string NameOf(MethodInfo method)
    {
        var parameters = method.GetParameters().Select(static parameter => $"{parameter.ParameterType.Name} {parameter.Name}");
        return $"{method.DeclaringType!.Name}.{method.Name}({string.Join(", ", parameters)})";
    }

    private void Compute(MethodInfo operation, ResultBytes results)
    {
        using var x = _x.clone();
        switch (operation.Invoke(null, [.. operation.GetParameters().Select(parameter => Argument(parameter, x))]))
        {
            case Tensor tensor:
                if (tensor.requires_grad)
                {
                    using var sum = tensor.sum();
                    sum.backward();
                    results.Take(_x.grad);
                    _x.grad = null;
                }

                results.Take(tensor);
                break;
            case Scalar number:
                using (number)
                {
                    results.AddValue(1);
                }

                break;
            case double number:
                results.AddValue(number);
                break;
            case var other:
                throw new InvalidOperationException($"What to do with a {other?.GetType().Name} is not written here yet.");
        }
    }

    private object? Argument(ParameterInfo parameter, Tensor x) =>
        (parameter.Name, parameter.ParameterType) switch
        {
            ("x", _) => x,
            ("y", _) => _y,
            ("mask", _) => _mask,
            ("index", _) => _index,
            ("source", _) => _source,
            ("scalar", _) => _scalar,
            ("min", _) => -0.4,
            ("max", _) => 1.2,
            ("dim", _) => 0L,
            ("dims", _) => new[] { 0L },
            ("keepdim", _) => true,
            ("shape", _) => new[] { 2L, 3L },
            ("end", _) => 7L,
            ("step", _) => 2L,
            (_, var type) when type == typeof(double) => 0.75,
            (_, var type) when type == typeof(long) => 3L,
            (_, var type) when type == typeof(ScalarType) => ScalarType.Float32,
            (_, var type) when type == typeof(Device) => null,
            var other => throw new InvalidOperationException($"What an operation takes as '{other.Name}' is not written here yet."),
        };
}
