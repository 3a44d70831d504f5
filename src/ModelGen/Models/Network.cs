using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>A plain network: one tensor in, one tensor out. Generated models of the family <c>network</c> derive from it.</summary>
public abstract class Network : nn.Module<Tensor, Tensor>, IGeneratedModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Network(string name)
        : base(Libtorch.LoadedFor(name))
    {
    }

    /// <summary>Registers a part of the model; where it has convolutions, <see cref="ConvolutionKernels"/> chooses first who computes them.</summary>
    /// <param name="name">Its name in the model's state.</param>
    /// <param name="submodule">The part.</param>
    public override void register_module(string name, nn.Module submodule)
    {
        ConvolutionKernels.ChooseFor(submodule);
        base.register_module(name, submodule);
    }

    /// <summary>The lengths of one sample's axes, without the batch; -n for any length from 1 to n.</summary>
    public abstract ReadOnlySpan<long> InputShape { get; }

    /// <summary>The lengths of one result's axes, without the batch; -n where the length depends on the input's and is n for the longest.</summary>
    public abstract ReadOnlySpan<long> OutputShape { get; }

    /// <inheritdoc/>
    public virtual BatchSplit BatchSplit => BatchSplit.Whole;

    /// <inheritdoc/>
    public virtual long MultiplyAdds => 0;

    /// <inheritdoc/>
    public virtual long ActivationBytes => 0;

    /// <summary>What the elements of a sample are: Float32, or Int64 for token ids.</summary>
    public abstract ScalarType InputType { get; }

    /// <inheritdoc/>
    public virtual string LayerPlaces => "";

    /// <summary>Checks the tensor handed to <c>forward</c>: a batch of samples of <see cref="InputShape"/>.</summary>
    /// <param name="input">What the caller passed; any floating-point type will do where <see cref="InputType"/> is one.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong.</exception>
    protected void CheckInput(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var expected = InputShape;
        var isRightType = InputType == ScalarType.Int64 ? input.dtype == ScalarType.Int64 : input.is_floating_point();
        var isRightShape = input.dim() == expected.Length + 1;
        for (var i = 0; isRightShape && i < expected.Length; i++)
        {
            var length = input.size(i + 1);
            isRightShape = expected[i] >= 0 ? length == expected[i] : length >= 1 && length <= -expected[i];
        }

        if (!isRightType || !isRightShape)
        {
            var shape = string.Join(", ", expected.ToArray().Select(length => length >= 0 ? $"{length}" : $"1 to {-length}").Prepend("batch"));
            throw new ArgumentException($"{GetName()} takes {InputType} [{shape}]; it got {input.dtype} [{string.Join(", ", input.shape)}].", nameof(input));
        }
    }
}
