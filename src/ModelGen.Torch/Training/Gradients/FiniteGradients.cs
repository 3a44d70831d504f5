using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// Keeps NaN and infinite gradients from the weights. On the CPU the answer is known before the update. Other devices are not synchronised
/// with: a flag is set there, optimizers leave the weights alone from then on, and the next report reads it.
/// </summary>
internal sealed class FiniteGradients : IDisposable
{
    private readonly Tensor _found;
    private readonly Tensor _one;

    /// <summary>Starts with none found.</summary>
    /// <param name="device">Where the gradients are.</param>
    public FiniteGradients(Device device)
    {
        _found = zeros([], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _one = ones([], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        IsAtHand = device.type == DeviceType.CPU;
    }

    /// <summary>Whether <see cref="Check"/> answers at once.</summary>
    public bool IsAtHand { get; }

    /// <summary>A scalar, 1 once a gradient was not finite; for optimizers, where <see cref="Check"/> does not answer at once.</summary>
    public Tensor Found => _found;

    /// <summary>Checks the gradients of an update.</summary>
    /// <param name="parameters">The parameters; those without a gradient are skipped.</param>
    /// <returns>False if one is known not to be finite.</returns>
    public bool Check(IReadOnlyList<Parameter> parameters)
    {
        var gradients = parameters.Select(static parameter => parameter.grad).OfType<Tensor>().ToArray();
        if (gradients.Length == 0)
        {
            return true;
        }

        // _amp_foreach_non_finite_check_and_unscale_(self, found_inf, inv_scale); multiplying by 1 changes nothing.
        Dispatcher.Call(
            "aten::_amp_foreach_non_finite_check_and_unscale_"u8,
            ""u8,
            [Dispatcher.TensorList(gradients), Dispatcher.Tensor(_found), Dispatcher.Tensor(_one)]
        );
        foreach (var gradient in gradients)
        {
            gradient.Dispose();
        }

        return !IsAtHand || !Read();
    }

    /// <summary>Whether one was found; synchronises with the device.</summary>
    public bool Read()
    {
        using var onHost = _found.cpu();
        return onHost.item<float>() != 0;
    }

    /// <summary>Frees the flag.</summary>
    public void Dispose()
    {
        _found.Dispose();
        _one.Dispose();
    }
}
