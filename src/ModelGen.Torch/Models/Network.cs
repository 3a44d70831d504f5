using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A plain network with one input tensor and one output tensor. Generated models of the family <c>network</c> derive from it if their spec
/// names no side tensors.
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
/// <typeparam name="TInput">The input: a tensor, or a tuple of the sample and the side inputs and states, in the order of the
/// spec.</typeparam>
/// <typeparam name="TResult">The output: a tensor, or a tuple of the result and the states and outputs, in the order of the
/// spec.</typeparam>
public abstract class Network<TInput, TResult> : nn.Module<TInput, TResult>, IGeneratedModel, ITextModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected Network(string name)
        : base(Libtorch.LoadedFor(name)) { }

    /// <summary>
    /// Registers a part of the model; if it has convolutions, <see cref="ConvolutionKernels"/> chooses their kernels first.
    /// </summary>
    /// <param name="name">Its name in the model's state.</param>
    /// <param name="submodule">The part.</param>
    public override void register_module(string name, nn.Module submodule)
    {
        ConvolutionKernels.ChooseFor(submodule);
        base.register_module(name, submodule);
    }

    /// <summary>The shape of one sample, without the batch; -n for any length from 1 to n.</summary>
    public abstract ReadOnlySpan<long> InputShape { get; }

    /// <summary>The inclusive range of a sample's values; null if the spec gives none and any value is allowed.</summary>
    public virtual (double Low, double High)? InputRange => null;

    /// <summary>The number of tokens that the model knows, whose ids run from 0; 0 for a model that reads no tokens.</summary>
    public virtual int VocabularySize => 0;

    /// <summary>
    /// The id of the token that fills short texts up, which attention and pooling leave out; -1 for a model that has none.
    /// </summary>
    public virtual int PaddingId => -1;

    /// <summary>
    /// The shape of one result, without the batch; -n if the length depends on the input's and is n for the longest.
    /// </summary>
    public abstract ReadOnlySpan<long> OutputShape { get; }

    /// <inheritdoc/>
    public Tokenizer? Tokenizer { get; set; }

    /// <summary>
    /// A hash of the model's architecture (SHA-256 as hexadecimal digits). Two models with the same fingerprint have the same
    /// parameters of the same shapes and compute the same function of them, up to their <see cref="Precision"/>, so weights of one fit the
    /// other.
    /// </summary>
    public abstract string Fingerprint { get; }

    /// <summary>The type in which the model's layers multiply; its weights and outputs are always float32.</summary>
    public virtual ScalarType Precision => ScalarType.Float32;

    /// <inheritdoc/>
    public virtual BatchSplit BatchSplit => BatchSplit.Whole;

    /// <inheritdoc/>
    public virtual long MultiplyAdds => 0;

    /// <inheritdoc/>
    public virtual long ActivationBytes => 0;

    /// <summary>The type of a sample's elements: Float32, or Int64 for token ids.</summary>
    public abstract ScalarType InputType { get; }

    /// <inheritdoc/>
    public virtual string SourceMap => "";

    /// <summary>The device of the model's parameters; the CPU if it has none.</summary>
    public Device Device => parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Checks the tensor passed to <c>forward</c>: a batch of samples of <see cref="InputShape"/>.</summary>
    /// <param name="input">The caller's tensor; it may have any floating-point type if <see cref="InputType"/> is one.</param>
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

    /// <summary>Checks a side tensor passed to <c>forward</c>.</summary>
    /// <param name="side">The caller's tensor.</param>
    /// <param name="name">Its name in the spec.</param>
    /// <param name="expected">Its shape, without the batch; -n for any length from 1 to n.</param>
    /// <param name="input">The main input, which must have the same batch size.</param>
    /// <exception cref="ArgumentException">The type, the shape or the batch size is wrong.</exception>
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
                $"{GetName()} takes '{name}' with its input's batch size, {input.size(0)}; it got {side.size(0)}.",
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
