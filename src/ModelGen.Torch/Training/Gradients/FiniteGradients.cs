using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// Keeps gradients that are NaN or infinite from the weights. On the CPU the answer is at hand before the update. Another device is not
/// waited for: there a flag is set, optimizers leave weights alone from then on, and the next report reads it.
/// </summary>
internal sealed class FiniteGradients : IDisposable
{
    private readonly Tensor _found;
    private readonly Tensor _one;

    /// <summary>Begins with none found.</summary>
    /// <param name="device">Where the gradients are.</param>
    public FiniteGradients(Device device)
    {
        _found = zeros([], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _one = ones([], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        IsAtHand = device.type == DeviceType.CPU;
    }

    /// <summary>Whether <see cref="Check"/> answers at once.</summary>
    public bool IsAtHand { get; }

    /// <summary>1 as soon as a gradient was not finite, a scalar; for optimizers where it is not at hand.</summary>
    public Tensor Found => _found;

    /// <summary>Looks at the gradients of an update.</summary>
    /// <param name="parameters">What they are of; those without a gradient are passed over.</param>
    /// <returns>False where one is known not to be finite.</returns>
    public bool Check(IReadOnlyList<Parameter> parameters)
    {
        var gradients = parameters.Select(static parameter => parameter.grad).OfType<Tensor>().ToArray();
        if (gradients.Length == 0)
        {
            return true;
        }

        // _amp_foreach_non_finite_check_and_unscale_(self, found_inf, inv_scale); what is multiplied by 1 stays what it is.
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

    /// <summary>Whether one was found; another device is waited for.</summary>
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
