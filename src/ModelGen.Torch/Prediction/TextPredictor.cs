using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Prediction;

/// <summary>Computes what a trained network makes of texts: the numbers of a regression, a reward, the scores of classes.</summary>
/// <remarks>A text's numbers do not depend on the texts beside it, except for rounding.</remarks>
/// <example>
/// <code>
/// using var checkpoint = Checkpoint.OpenNewest("runs/stars/checkpoints");
/// using var model = new Stars();
/// checkpoint.LoadInto(model);
/// var predictor = new TextPredictor(model, checkpoint.CreateTokenizer());
/// foreach (var stars in predictor.Predict(["Never again.", "I loved it."]))
///     Console.WriteLine(stars.Values[0]);
/// </code>
/// </example>
public sealed class TextPredictor
{
    private readonly Network _model;
    private readonly Tokenizer _tokenizer;
    private readonly int? _padding;

    /// <summary>Binds a trained model and its tokenizer.</summary>
    /// <param name="model">The model: a network that reads tokens and gives as many numbers for each text. It stays the caller's.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <exception cref="ModelGenException">The model reads no tokens, gives numbers for each token, or has another vocabulary or padding
    /// token than the tokenizer.</exception>
    public TextPredictor(Network model, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var problem = TextNetwork.Problem(model, tokenizer)
            ?? (
                model.OutputShape.ContainsAnyInRange(long.MinValue, -1)
                    ? $"{model.GetName()} gives numbers for each token, not for a text; pool them, as with 'sequence-pool'."
                    : null
            );
        if (problem is not null)
        {
            throw new ModelGenException(problem);
        }

        (_model, _tokenizer, ContextLength) = (model, tokenizer, (int)-model.InputShape[0]);
        _padding = tokenizer.IdOf(SpecialTokenRole.Padding);
    }

    /// <summary>The most tokens that the model reads of a text.</summary>
    public int ContextLength { get; }

    /// <summary>Computes the model's output for texts.</summary>
    /// <param name="texts">The texts, in any number and order.</param>
    /// <param name="batchSize">How many are computed at once, at least 1.</param>
    /// <param name="cancellation">Cancels it between two batches.</param>
    /// <returns>The output for each text, in the same order.</returns>
    /// <exception cref="ModelGenException">A text has no token, has the padding token written out, or has something that the tokenizer
    /// lacks; or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<TextOutput> Predict(IReadOnlyList<string> texts, int batchSize = 64, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        var tokens = texts
            .Select((text, index) => TokenizedTexts.Encode(text, _tokenizer, ContextLength, () => $"The text {index}"))
            .ToArray();
        var outputs = new TextOutput[tokens.Length];
        using var evaluation = EvaluationMode.Of(_model);

        // Texts of one length need no padding, and those of similar length need little.
        var groups = Enumerable
            .Range(0, tokens.Length)
            .OrderBy(index => tokens[index].Tokens.Length)
            .GroupBy(index => _padding is null ? tokens[index].Tokens.Length : 0)
            .SelectMany(group => group.Chunk(batchSize));
        foreach (var batch in groups)
        {
            cancellation.ThrowIfCancellationRequested();
            var values = Compute([.. batch.Select(index => tokens[index].Tokens.AsMemory())]);
            var size = values.Length / batch.Length;
            for (var row = 0; row < batch.Length; row++)
            {
                outputs[batch[row]] = new TextOutput(values[(row * size)..((row + 1) * size)], tokens[batch[row]].IsCut);
            }
        }

        return outputs;
    }

    private float[] Compute(ReadOnlyMemory<int>[] texts)
    {
        try
        {
            using var scope = NewDisposeScope();
            var batch = PaddedTokens.Of(texts, _padding ?? 0, _model.Device);
            return _model.call(batch).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        }
        catch (Exception exception)
            when (OutOfMemory.Explain(exception, "pass a smaller batch size, or use another device") is { } explained)
        {
            throw explained;
        }
    }
}
