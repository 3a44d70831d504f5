using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>Parameters of one shape and type, updated together as a stack [n, …].</summary>
internal sealed class ShapeGroup
{
    private ShapeGroup(NamedParameter[] parameters)
    {
        Parameters = parameters;
        Shape = parameters[0].Value.shape;
    }

    public NamedParameter[] Parameters { get; }

    public long[] Shape { get; }

    /// <summary>Whether weight decay applies to them.</summary>
    public bool Decay => Parameters[0].Decays;

    public static ShapeGroup[] Of(IEnumerable<NamedParameter> parameters) =>
        [
            .. parameters
                .GroupBy(static parameter => (string.Join(',', parameter.Value.shape), parameter.Value.dtype))
                .Select(static group => new ShapeGroup([.. group])),
        ];

    /// <summary>The parameters that have a gradient; null if none has. The tensors belong to the enclosing dispose scope.</summary>
    public GradientStack? Gradients()
    {
        var rows = new List<long>(Parameters.Length);
        var gradients = new List<Tensor>(Parameters.Length);
        for (var i = 0; i < Parameters.Length; i++)
        {
            if (Parameters[i].Value.grad is not { } gradient)
            {
                continue;
            }

            rows.Add(i);
            gradients.Add(gradient);
        }

        return rows.Count == 0
            ? null
            : new GradientStack(
                [.. rows.Select(row => Parameters[(int)row].Value)],
                GradientStack.Stack(gradients),
                rows.Count == Parameters.Length ? null : tensor(rows, device: gradients[0].device)
            );
    }
}
