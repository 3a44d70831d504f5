using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// A sum of scalars in double precision. On the CPU a scalar is added at once. On another device, which may lack double precision, scalars
/// stay there until the sum is read, and are then added up on the CPU.
/// </summary>
/// <param name="device">Where the scalars are.</param>
internal sealed class ScalarSum(Device device) : IDisposable
{
    // A scalar takes some hundred bytes, and one synchronisation for this many takes hardly any time.
    private const int MostWaiting = 1024;

    private readonly List<(Tensor Value, double Share)> _waiting = [];
    private double _onHost;

    /// <summary>Adds a scalar times its share.</summary>
    public void Add(Tensor value, double share = 1)
    {
        if (device.type == DeviceType.CPU)
        {
            _onHost += share * value.Read();
            return;
        }

        _waiting.Add((value.detach().DetachFromDisposeScope(), share));
        if (_waiting.Count == MostWaiting)
        {
            Collect();
        }
    }

    /// <summary>Restarts the sum with a scalar.</summary>
    public void Set(Tensor value)
    {
        Clear();
        Add(value);
    }

    /// <summary>The sum; synchronises with the device.</summary>
    public double Read()
    {
        Collect();
        return _onHost;
    }

    /// <summary>Resets the sum to zero.</summary>
    public void Clear()
    {
        Forget();
        _onHost = 0;
    }

    /// <summary>Frees the scalars on the device.</summary>
    public void Dispose() => Forget();

    private void Collect()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        using (NewDisposeScope())
        {
            var type = _waiting.Exists(static each => each.Value.dtype == ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;
            var numbers = cat([.. _waiting.Select(each => each.Value.reshape(1).to(type))]).cpu().to(ScalarType.Float64).data<double>();
            for (var i = 0; i < _waiting.Count; i++)
            {
                _onHost += _waiting[i].Share * numbers[i];
            }
        }

        Forget();
    }

    private void Forget()
    {
        foreach (var (value, _) in _waiting)
        {
            value.Dispose();
        }

        _waiting.Clear();
    }
}
