using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// How far a step moves the weights relative to their size: ‖Δw‖ / ‖w‖ over all of them. About a thousandth is usual; far more means that
/// the learning rate is too high, far less that it is too low.
/// </summary>
internal sealed class UpdateRatio : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Tensor[] _before;

    /// <summary>Copies the weights before a step.</summary>
    public UpdateRatio(IReadOnlyList<Parameter> parameters)
    {
        using var noGrad = no_grad();
        _parameters = parameters;
        _before = [.. parameters.Select(static parameter => parameter.clone())];
    }

    /// <summary>The ratio after the step, a scalar that the caller disposes; read it only once.</summary>
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

    /// <summary>Frees the copies.</summary>
    public void Dispose()
    {
        foreach (var tensor in _before)
        {
            tensor.Dispose();
        }
    }
}
