using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>The k parameters of a <see cref="ShapeGroup"/> that have a gradient in this step.</summary>
/// <param name="parameters">The parameters.</param>
/// <param name="values">Their gradients, [k, …].</param>
/// <param name="rows">Their indices in the group, int64 [k]; null for all.</param>
internal sealed class GradientStack(Parameter[] parameters, Tensor values, Tensor? rows)
{
    /// <summary>The gradients, [k, …]; they may alias the parameters' own, so nothing writes into them.</summary>
    public Tensor Values { get; } = values;

    /// <summary>Stacks the parameters, [k, …].</summary>
    public Tensor Parameters() => Stack(parameters);

    /// <summary>Stacks tensors of one shape; a single tensor is not copied.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors) => tensors.Count == 1 ? tensors[0].unsqueeze(0) : stack(tensors);

    /// <summary>Updates the rows of a state [n, …] that belong to these parameters, and returns them.</summary>
    /// <param name="state">The state of the whole group.</param>
    /// <param name="change">Updates rows [k, …] in place.</param>
    public Tensor Update(Tensor state, Action<Tensor> change)
    {
        var own = rows is null ? state : state.index_select(0, rows);
        change(own);
        if (rows is not null)
        {
            state.index_copy_(0, rows, own);
        }

        return own;
    }

    /// <summary>θ ← θ − η (d + λ θ) with the directions d [k, …], unless <paramref name="hold"/> is 1.</summary>
    public void Descend(Tensor directions, double learningRate, double weightDecay, Tensor? hold) =>
        FusedDescent.Step(parameters, directions.unbind(), learningRate, weightDecay, hold);
}
