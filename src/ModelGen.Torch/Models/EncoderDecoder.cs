using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>
/// A model that reads one text and writes another (Vaswani et al. 2017, "Attention is all you need"): an encoder makes a memory of the
/// source, and a decoder that attends to it gives a score (logit) for each token that may come next. Generated models of the family
/// <c>encoder-decoder</c> derive from it.
/// </summary>
/// <remarks>A target is written from <see cref="PaddingId"/> on, as in Raffel et al. 2020, up to <see cref="EndId"/>.</remarks>
public abstract class EncoderDecoder : nn.Module<Tensor, Tensor, Tensor>, IGeneratedModel, ITextModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected EncoderDecoder(string name)
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

    /// <summary>Maps the tokens of sources [batch, S] to a memory [batch, S, n].</summary>
    public abstract nn.Module<Tensor, Tensor> Encoder { get; }

    /// <summary>
    /// Maps the tokens of targets so far [batch, T], a memory [batch, S, n] and its presence [batch, S], which is 0 for padding and 1
    /// elsewhere, to scores [batch, T, vocabulary].
    /// </summary>
    public abstract nn.Module<(Tensor Tokens, Tensor Memory, Tensor MemoryPresence), Tensor> Decoder { get; }

    /// <summary>The number of tokens that the model knows; ids run from 0 to this number minus one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The longest source and the longest target, with the token that ends it, in tokens.</summary>
    public abstract int ContextLength { get; }

    /// <summary>The id of the token that fills up short texts, and from which targets are written.</summary>
    public abstract int PaddingId { get; }

    /// <summary>The id of the token that ends a target.</summary>
    public abstract int EndId { get; }

    /// <inheritdoc/>
    public Tokenizer? Tokenizer { get; set; }

    /// <summary>
    /// A hash of the model's architecture (SHA-256 as hexadecimal digits). Two models with the same fingerprint have the same
    /// parameters of the same shapes and compute the same function of them, up to their <see cref="Precision"/>, so a checkpoint of one
    /// fits the other.
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

    /// <inheritdoc/>
    public virtual string SourceMap => "";

    /// <summary>
    /// Whether the decoder, which is then a <see cref="GeneratedModule{TInput,TResult}"/>, computes a token from what is kept of those
    /// before it; otherwise each token takes a <c>forward</c> of all.
    /// </summary>
    public virtual bool CanStep => false;

    /// <summary>The device of the model's parameters.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Creates the tokenizer that the model's spec asks for.</summary>
    /// <param name="trainingText">The text that the model is trained on; tokenizers that learn their vocabulary take it from here.</param>
    /// <returns>A tokenizer with at most <see cref="VocabularySize"/> tokens.</returns>
    /// <exception cref="ModelGenException">The text needs more tokens than the model has.</exception>
    public abstract Tokenizer CreateTokenizer(TextCorpus trainingText);

    /// <summary>Creates the tokenizer that the model's spec asks for; learning tokens from a large text can be followed and
    /// cancelled.</summary>
    /// <param name="trainingText">The text that the model is trained on; tokenizers that learn their vocabulary take it from here.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1, where it takes time.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>A tokenizer with at most <see cref="VocabularySize"/> tokens.</returns>
    /// <exception cref="ModelGenException">The text needs more tokens than the model has, or a file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public virtual Tokenizer CreateTokenizer(
        TextCorpus trainingText,
        IProgress<double>? progress,
        CancellationToken cancellation = default
    ) => CreateTokenizer(trainingText);

    /// <summary>Creates the tokenizer that the model's spec asks for, for pairs in memory.</summary>
    /// <param name="pairs">The pairs that the model is trained on, at least one.</param>
    /// <returns>A tokenizer with at most <see cref="VocabularySize"/> tokens.</returns>
    /// <exception cref="ModelGenException">All texts are empty, or they need more tokens than the model has.</exception>
    public Tokenizer CreateTokenizer(IEnumerable<TextPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return CreateTokenizer(new PairCollection([.. pairs]).ToCorpus());
    }

    /// <summary>Binds the objective that the model's spec asks for to this model and pairs of texts.</summary>
    /// <param name="data">The pairs to learn from.</param>
    /// <returns>The objective for a <see cref="Trainer"/>.</returns>
    public abstract Objective CreateObjective(PairDataset data);

    /// <summary>The scores of targets given sources.</summary>
    /// <param name="source">Sources, int64 [batch, S], filled up with <see cref="PaddingId"/>; the caller disposes them.</param>
    /// <param name="target">Targets so far, int64 [batch, T], from <see cref="PaddingId"/> on; the caller disposes them.</param>
    /// <returns>[batch, T, vocabulary]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A tensor is not int64, not of two axes, or longer than the model's context.</exception>
    public override Tensor forward(Tensor source, Tensor target)
    {
        CheckTokens(source, nameof(source));
        CheckTokens(target, nameof(target));
        using var memory = Encoder.call(source);
        using var presence = Presence.Of(source, PaddingId);
        return Decoder.call((target, memory, presence));
    }

    private void CheckTokens(Tensor tokens, string name)
    {
        ArgumentNullException.ThrowIfNull(tokens, name);
        if (tokens.dtype != ScalarType.Int64 || tokens.dim() != 2 || tokens.size(1) < 1 || tokens.size(1) > ContextLength)
        {
            throw new ArgumentException(
                $"{GetName()} takes sequences of 1 to {ContextLength} tokens, int64 [batch, length]; these are {tokens.dtype} "
                    + $"[{string.Join(", ", tokens.shape)}].",
                name
            );
        }
    }
}
