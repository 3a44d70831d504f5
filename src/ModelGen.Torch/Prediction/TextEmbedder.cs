using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Prediction;

/// <summary>Makes vectors of texts, such that texts of a similar meaning have similar vectors if the network was trained for it.</summary>
/// <remarks>
/// <para>Before a text stands the tokenizer's classification token, and after it the separator, as in BERT, where the tokenizer has
/// them.</para>
/// <para>A text's vector does not depend on the texts beside it, except for rounding. One thread uses a network at a time.</para>
/// </remarks>
public sealed class TextEmbedder
{
    private readonly Tokenizer _tokenizer;
    private readonly int? _padding;
    private readonly int[] _before;
    private readonly int[] _after;
    private readonly bool _hasStates;
    private readonly EmbeddingPooling _pooling;

    /// <summary>Binds a trained network and its tokenizer.</summary>
    /// <param name="model">The network, which reads tokens and gives a vector for each text, or for each token. It stays the
    /// caller's.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <exception cref="ModelGenException">The network reads no tokens, gives something else than vectors, or has another vocabulary or
    /// padding token than the tokenizer.</exception>
    public TextEmbedder(Network model, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var shape = model.OutputShape.ToArray();
        var input = model.InputShape.ToArray();
        _hasStates = shape.Length == 2 && shape[0] == input[0] && shape[1] > 0;
        var lengths = shape.Select(static length => length > 0 ? $"{length}" : $"1 to {-length}");
        var problem = TextNetwork.Problem(model, tokenizer)
            ?? (
                _hasStates || shape is [> 0]
                    ? null
                    : $"{model.GetName()} gives [{string.Join(", ", lengths)}] for a text; an embedding needs a vector for the text, or "
                        + "for each of its tokens."
            );
        if (problem is not null)
        {
            throw new ModelGenException(problem);
        }

        (Model, _tokenizer, _padding) = (model, tokenizer, tokenizer.IdOf(SpecialTokenRole.Padding));
        (ContextLength, Dimensions) = ((int)-input[0], (int)shape[^1]);
        _before = tokenizer.IdOf(SpecialTokenRole.Classification) is { } first ? [first] : [];
        _after = tokenizer.IdOf(SpecialTokenRole.Separator) is { } last ? [last] : [];
    }

    /// <summary>The network.</summary>
    public Network Model { get; }

    /// <summary>The most tokens that the network reads of a text, with those that stand before and after it.</summary>
    public int ContextLength { get; }

    /// <summary>How many numbers a vector has.</summary>
    public int Dimensions { get; }

    /// <summary>How the states of a text's tokens, with those before and after it, become one vector.</summary>
    /// <exception cref="ModelGenException">The network gives one vector for a text.</exception>
    public EmbeddingPooling Pooling
    {
        get => _pooling;
        init =>
            _pooling = _hasStates
                ? value
                : throw new ModelGenException(
                    $"{Model.GetName()} gives one vector for a text, so that there is nothing to pool; leave {nameof(Pooling)} out."
                );
    }

    /// <summary>
    /// Whether vectors are divided by their Euclidean norm, so that the dot product of two is the cosine of the angle between them; a zero
    /// vector stays as it is.
    /// </summary>
    public bool IsNormalised { get; init; } = true;

    /// <summary>
    /// How many tokens are computed at once, at least 1, padding included; what memory a call needs depends on it and not on the number of
    /// texts. A text with more tokens is computed alone.
    /// </summary>
    public int BatchTokens { get; init; } = 4096;

    /// <summary>Makes vectors of texts.</summary>
    /// <param name="texts">The texts, in any number and order.</param>
    /// <param name="cancellation">Cancels it between two batches.</param>
    /// <returns>The vector of each text, in the same order.</returns>
    /// <exception cref="ModelGenException">A text has no token or more than the network reads, has the padding token written out, or has
    /// something that the tokenizer lacks; or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<TextEmbedding> Embed(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BatchTokens);
        var tokens = texts.Select(Encode).ToArray();
        var embeddings = new TextEmbedding[tokens.Length];
        using var evaluation = EvaluationMode.Of(Model);
        foreach (var batch in Batches(tokens))
        {
            cancellation.ThrowIfCancellationRequested();
            var values = Compute([.. batch.Select(index => tokens[index].AsMemory())]);
            var size = values.Length / batch.Count;
            for (var row = 0; row < batch.Count; row++)
            {
                var length = tokens[batch[row]].Length;
                embeddings[batch[row]] = new TextEmbedding(Vector(values.AsSpan(row * size, size), length), length);
            }
        }

        return embeddings;
    }

    private int[] Encode(string text, int index)
    {
        if (text is null)
        {
            throw new ArgumentException($"The text {index} is null.", "texts");
        }

        var own = text.Length == 0 && _before.Length + _after.Length > 0 ? [] : Own();
        int[] all = [.. _before, .. own, .. _after];
        return all.Length <= ContextLength
            ? all
            : throw new ModelGenException(
                $"The text {index} has {all.Length} tokens, and {Model.GetName()} reads at most {ContextLength}; shorten it, or divide it."
            );

        int[] Own() => TokenizedTexts.Encode(text, _tokenizer, int.MaxValue, () => $"The text {index}").Tokens;
    }

    // Texts of one length need no padding, and those of similar length need little.
    private IEnumerable<List<int>> Batches(int[][] tokens)
    {
        var batch = new List<int>();
        foreach (var index in Enumerable.Range(0, tokens.Length).OrderByDescending(index => tokens[index].Length))
        {
            if (batch.Count > 0)
            {
                var longest = tokens[batch[0]].Length;
                if ((batch.Count + 1L) * longest > BatchTokens || (_padding is null && tokens[index].Length < longest))
                {
                    yield return batch;
                    batch = [];
                }
            }

            batch.Add(index);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private float[] Compute(ReadOnlyMemory<int>[] texts)
    {
        try
        {
            using var scope = NewDisposeScope();
            var batch = PaddedTokens.Of(texts, _padding ?? 0, Model.Device);
            return Model.call(batch).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        }
        catch (Exception exception)
            when (OutOfMemory.Explain(exception, $"set {nameof(BatchTokens)} lower, or use another device") is { } explained)
        {
            throw explained;
        }
    }

    // In double, so that the order of the tokens does not show.
    private float[] Vector(ReadOnlySpan<float> output, int length)
    {
        var vector = new double[Dimensions];
        var counted = !_hasStates || Pooling == EmbeddingPooling.First ? 1 : length;
        for (var token = 0; token < counted; token++)
        {
            for (var axis = 0; axis < vector.Length; axis++)
            {
                vector[axis] += output[(token * vector.Length) + axis];
            }
        }

        var norm = Math.Sqrt(vector.Sum(static value => value * value));
        var divisor =
            !IsNormalised ? counted
            : norm > 0 ? norm
            : 1;
        return Array.ConvertAll(vector, value => (float)(value / divisor));
    }
}
