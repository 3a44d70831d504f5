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
/// A model that gives a score (logit) for each token of its vocabulary at every position of a sequence of tokens.
/// Generated models of the family <c>transformer</c> derive from it; the trainer, the sampler and the checkpoints work with it.
/// </summary>
public abstract class LanguageModel : nn.Module<Tensor, Tensor>, IGeneratedModel, ITextModel
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The model's name, as written in its spec; it is stored in checkpoints.</param>
    /// <exception cref="ModelGenException">libtorch cannot be loaded; the message says what is missing.</exception>
    protected LanguageModel(string name)
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

    /// <summary>The number of tokens that the model knows; ids run from 0 to this number minus one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The longest sequence that the model reads at once, in tokens.</summary>
    public abstract int ContextLength { get; }

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
    /// Whether no position sees a later one, so that the model can predict the next token; otherwise it can fill in masked ones.
    /// </summary>
    public virtual bool IsCausal => true;

    /// <summary>
    /// Whether <see cref="Step"/> computes a token from what is kept of those before it; otherwise each token takes a <c>forward</c> of
    /// all.
    /// </summary>
    public virtual bool CanStep => false;

    /// <summary>The device of the model's parameters.</summary>
    public Device Device => parameters().First().device;

    /// <summary>The scores after some positions of texts that are being written; <c>SequenceDecoder</c> calls it.</summary>
    /// <param name="tokens">The tokens at these positions, int64 [1, rows]; the caller disposes them.</param>
    /// <param name="step">The positions, with what is kept of those before them.</param>
    /// <returns>The scores of those that are wanted, [1, wanted rows, vocabulary]; the caller disposes them.</returns>
    /// <exception cref="NotSupportedException"><see cref="CanStep"/> is false.</exception>
    public virtual Tensor Step(Tensor tokens, DecodingStep step) =>
        throw new NotSupportedException($"{GetName()} is not computed position by position; call forward on the whole sequence.");

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

    /// <summary>Creates the tokenizer that the model's spec asks for, for a text in memory.</summary>
    /// <param name="trainingText">The text that the model is trained on.</param>
    /// <returns>A tokenizer with at most <see cref="VocabularySize"/> tokens.</returns>
    /// <exception cref="ModelGenException">The text is empty, or needs more tokens than the model has.</exception>
    public Tokenizer CreateTokenizer(string trainingText) => CreateTokenizer(TextCorpus.FromText(trainingText));

    /// <summary>Binds the objective that the model's spec asks for to this model and a text.</summary>
    /// <param name="data">The tokens to learn from.</param>
    /// <returns>The objective for a <see cref="Trainer"/>.</returns>
    public abstract Objective CreateObjective(TokenDataset data);

    /// <summary>
    /// Checks the tokens passed to <c>forward</c>: int64, [batch, time], with 1 to <see cref="ContextLength"/> positions.
    /// </summary>
    /// <param name="tokens">The caller's tokens.</param>
    /// <exception cref="ArgumentException">The type, the rank or the length is wrong.</exception>
    protected void CheckTokens(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.dtype != ScalarType.Int64)
        {
            throw new ArgumentException(
                $"{GetName()} reads tokens of type Int64, but these are {tokens.dtype}; convert them with tokens.to(torch.int64).",
                nameof(tokens)
            );
        }

        if (tokens.dim() != 2)
        {
            throw new ArgumentException(
                $"{GetName()} reads tokens of shape [batch, time], but these have {tokens.dim()} dimension(s); a single sequence "
                    + "becomes a batch of one with tokens.unsqueeze(0).",
                nameof(tokens)
            );
        }

        var length = tokens.size(1);
        if (length < 1 || length > ContextLength)
        {
            throw new ArgumentException(
                $"{GetName()} reads 1 to {ContextLength} tokens at once, but these sequences hold {length}; pass the last "
                    + $"{ContextLength} of them.",
                nameof(tokens)
            );
        }
    }
}
