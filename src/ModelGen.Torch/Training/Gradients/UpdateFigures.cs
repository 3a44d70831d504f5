using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// The figures that reports give for an update: the norm of its gradients, and how far it moved the weights. Reading them synchronises with
/// the device.
/// </summary>
internal sealed class UpdateFigures(Device device) : IDisposable
{
    private readonly ScalarSum _gradientNorm = new(device);
    private readonly ScalarSum _updateRatio = new(device);
    private bool _areSet;

    /// <summary>The norm of all gradients before clipping; null if no update was measured.</summary>
    public double? GradientNorm => _areSet ? _gradientNorm.Read() : null;

    /// <summary>‖Δw‖ / ‖w‖; null if no update was measured.</summary>
    public double? UpdateRatio => _areSet ? _updateRatio.Read() : null;

    /// <summary>Records the figures of an update.</summary>
    public void Set(Tensor norm, UpdateRatio update)
    {
        using var ratio = update.Read();
        _gradientNorm.Set(norm);
        _updateRatio.Set(ratio);
        _areSet = true;
    }

    /// <summary>Clears the figures.</summary>
    public void Clear() => _areSet = false;

    /// <summary>Frees the scalars on the device.</summary>
    public void Dispose()
    {
        _gradientNorm.Dispose();
        _updateRatio.Dispose();
    }
}
