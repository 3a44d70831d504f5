using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// How far a step moves the weights, as a part of how large they are: ‖Δw‖ / ‖w‖ over all of them. About a thousandth is usual; far more is
/// a learning rate that is too high, far less one that is too low.
/// </summary>
internal sealed class UpdateRatio : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Tensor[] _before;

    /// <summary>Remembers the weights before a step.</summary>
    public UpdateRatio(IReadOnlyList<Parameter> parameters)
    {
        using var noGrad = no_grad();
        _parameters = parameters;
        _before = [.. parameters.Select(static parameter => parameter.clone())];
    }

    /// <summary>The ratio after the step, a scalar that the caller disposes; asked for once.</summary>
    public Tensor Read()
    {
        using var noGrad = no_grad();
        using var size = GradientNorm.NormOf(_before);
        for (var i = 0; i < _before.Length; i++)
        {
            _before[i].sub_(_parameters[i]);
        }

        using var change = GradientNorm.NormOf(_before);
        return change / size;
    }

    /// <summary>Frees the weights of before.</summary>
    public void Dispose()
    {
        foreach (var tensor in _before)
        {
            tensor.Dispose();
        }
    }
}
