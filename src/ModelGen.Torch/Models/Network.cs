using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A plain network of one tensor in, one tensor out. Generated models of the family <c>network</c> derive from it where their spec names no
/// side tensors.
/// </summary>
public abstract class Network : Network<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Network(string name)
        : base(name) { }
}

/// <summary>
/// A plain network. Generated models of the family <c>network</c> whose spec has <c>inputs</c>, <c>states</c> or <c>outputs</c> derive from
/// it; they have a <c>call</c> that takes the tensors one by one.
/// </summary>
/// <typeparam name="TInput">What comes in: a tensor, or a tuple of the sample and the side inputs and states, in the order of the
/// spec.</typeparam>
/// <typeparam name="TResult">What goes out: a tensor, or a tuple of the result and the states and outputs, in the order of the
/// spec.</typeparam>
public abstract class Network<TInput, TResult> : nn.Module<TInput, TResult>, IGeneratedModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Network(string name)
        : base(Libtorch.LoadedFor(name)) { }

    /// <summary>
    /// Registers a part of the model; where it has convolutions, <see cref="ConvolutionKernels"/> chooses first who computes them.
    /// </summary>
    /// <param name="name">Its name in the model's state.</param>
    /// <param name="submodule">The part.</param>
    public override void register_module(string name, nn.Module submodule)
    {
        ConvolutionKernels.ChooseFor(submodule);
        base.register_module(name, submodule);
    }

    /// <summary>The lengths of one sample's axes, without the batch; -n for any length from 1 to n.</summary>
    public abstract ReadOnlySpan<long> InputShape { get; }

    /// <summary>What the values of a sample lie between, both included; null where the spec does not say, and they may be any.</summary>
    public virtual (double Low, double High)? InputRange => null;

    /// <summary>
    /// The lengths of one result's axes, without the batch; -n where the length depends on the input's and is n for the longest.
    /// </summary>
    public abstract ReadOnlySpan<long> OutputShape { get; }

    /// <summary>
    /// A hash of the model's architecture (SHA-256 as hexadecimal digits). Two models with the same fingerprint have the same
    /// parameters of the same shapes and compute the same function of them, up to their <see cref="Precision"/>, so weights of one fit the
    /// other.
    /// </summary>
    public abstract string Fingerprint { get; }

    /// <summary>The type in which the model's layers multiply; its weights and what it gives are float32 in any case.</summary>
    public virtual ScalarType Precision => ScalarType.Float32;

    /// <inheritdoc/>
    public virtual BatchSplit BatchSplit => BatchSplit.Whole;

    /// <inheritdoc/>
    public virtual long MultiplyAdds => 0;

    /// <inheritdoc/>
    public virtual long ActivationBytes => 0;

    /// <summary>What the elements of a sample are: Float32, or Int64 for token ids.</summary>
    public abstract ScalarType InputType { get; }

    /// <inheritdoc/>
    public virtual string SourceMap => "";

    /// <summary>Where the model's parameters are; the CPU where it has none.</summary>
    public Device Device => parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Checks the tensor handed to <c>forward</c>: a batch of samples of <see cref="InputShape"/>.</summary>
    /// <param name="input">What the caller passed; any floating-point type will do where <see cref="InputType"/> is one.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong.</exception>
    protected void CheckInput(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var expected = InputShape;
        var isRightType = InputType == ScalarType.Int64 ? input.dtype == ScalarType.Int64 : input.is_floating_point();
        if (!isRightType || !HasShape(input, expected))
        {
            throw new ArgumentException(
                $"{GetName()} takes {InputType} [{Wanted(expected)}]; it got {input.dtype} [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }
    }

    /// <summary>Checks a side tensor handed to <c>forward</c>.</summary>
    /// <param name="side">What the caller passed.</param>
    /// <param name="name">Its name in the spec.</param>
    /// <param name="expected">The lengths of its axes, without the batch; -n for any length from 1 to n.</param>
    /// <param name="input">What was passed beside it, which has the same batch.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong, or the batch is another.</exception>
    protected void CheckSideInput(Tensor side, string name, ReadOnlySpan<long> expected, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(side);
        ArgumentNullException.ThrowIfNull(input);
        if (!side.is_floating_point() || !HasShape(side, expected))
        {
            throw new ArgumentException(
                $"{GetName()} takes '{name}' as Float32 [{Wanted(expected)}]; it got {side.dtype} [{string.Join(", ", side.shape)}].",
                nameof(side)
            );
        }

        if (side.size(0) != input.size(0))
        {
            throw new ArgumentException(
                $"{GetName()} takes '{name}' in the batch of its input, {input.size(0)}; it got {side.size(0)}.",
                nameof(side)
            );
        }
    }

    private static bool HasShape(Tensor tensor, ReadOnlySpan<long> expected)
    {
        var isRight = tensor.dim() == expected.Length + 1;
        for (var i = 0; isRight && i < expected.Length; i++)
        {
            var length = tensor.size(i + 1);
            isRight = expected[i] >= 0 ? length == expected[i] : length >= 1 && length <= -expected[i];
        }

        return isRight;
    }

    private static string Wanted(ReadOnlySpan<long> expected) =>
        string.Join(", ", expected.ToArray().Select(static length => length >= 0 ? $"{length}" : $"1 to {-length}").Prepend("batch"));
}
