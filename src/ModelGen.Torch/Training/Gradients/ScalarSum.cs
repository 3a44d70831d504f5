using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>A sum of scalars in double precision. On the CPU a scalar is at hand; on another device the sum stays there until it is read.</summary>
internal sealed class ScalarSum : IDisposable
{
    private readonly Tensor? _onDevice;
    private double _onHost;

    /// <summary>Begins a sum of scalars on a device.</summary>
    public ScalarSum(Device device)
    {
        if (device.type != DeviceType.CPU)
            _onDevice = zeros([], dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    }

    /// <summary>Adds a share of a scalar.</summary>
    public void Add(Tensor value, double share)
    {
        if (_onDevice is null)
        {
            _onHost += share * value.Read();
            return;
        }

        using var noGrad = no_grad();
        using var weighed = value.Times(share);
        _onDevice.AddInPlace(weighed);
    }

    /// <summary>Begins anew with a scalar.</summary>
    public void Set(Tensor value)
    {
        Clear();
        Add(value, share: 1);
    }

    /// <summary>The sum; another device is waited for.</summary>
    public double Read()
    {
        if (_onDevice is null)
            return _onHost;
        using var onHost = _onDevice.cpu();
        return onHost.item<double>();
    }

    /// <summary>Sets the sum back to zero.</summary>
    public void Clear()
    {
        _onHost = 0;
        _onDevice?.FillInPlace(0);
    }

    /// <summary>Frees what is on a device.</summary>
    public void Dispose() => _onDevice?.Dispose();
}
