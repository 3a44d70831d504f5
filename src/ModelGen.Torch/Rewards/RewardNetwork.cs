using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Prediction;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Rewards;

/// <summary>A trained network that reads answers to tell what they are worth. One that is longer with its prompt than what the network
/// reads is read as far as that goes: a policy that is trained must not end where it writes one.</summary>
internal sealed class RewardNetwork
{
    private const int BatchSize = 64;

    private readonly Network _model;
    private readonly string _identity;

    /// <summary>Binds a network.</summary>
    /// <param name="model">The network, which stays the caller's; its weights must not change afterwards.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <exception cref="ModelGenException">The network does not read tokens, or the tokenizer is not its own.</exception>
    public RewardNetwork(Network model, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (TextNetwork.Problem(model, tokenizer) is { } problem)
        {
            throw new ModelGenException(problem);
        }

        (_model, _identity) = (model, ModelIdentity.Of(model));
    }

    /// <summary>The most tokens that the network reads.</summary>
    public int Context => (int)-_model.InputShape[0];

    /// <summary>What the network gives for answers with their prompts.</summary>
    /// <param name="answers">The tokens of each, at least one.</param>
    /// <returns>The outputs for each, in the same order; of a network that gives one for each token also for those that fill up.</returns>
    public ReadOnlyMemory<float>[] Read(IReadOnlyList<int[]> answers)
    {
        int[][] texts = [.. answers.Select(tokens => tokens.Length > Context ? tokens[..Context] : tokens)];
        var outputs = new ReadOnlyMemory<float>[texts.Length];
        using var evaluation = EvaluationMode.Of(_model);

        // Texts of one length need no padding, and those of similar length need little.
        var isPadded = _model.PaddingId >= 0;
        var batches = Enumerable
            .Range(0, texts.Length)
            .OrderBy(index => texts[index].Length)
            .GroupBy(index => isPadded ? 0 : texts[index].Length)
            .SelectMany(static group => group.Chunk(BatchSize));
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var read = PaddedTokens.Of([.. batch.Select(index => texts[index].AsMemory())], Math.Max(0, _model.PaddingId), _model.Device);
            var given = _model.call(read).to(ScalarType.Float32).cpu().view(-1).data<float>().ToArray();
            var size = given.Length / batch.Length;
            for (var row = 0; row < batch.Length; row++)
            {
                outputs[batch[row]] = given.AsMemory(row * size, size);
            }
        }

        return outputs;
    }

    /// <summary>The network and its weights, by which a run knows its reward.</summary>
    public override string ToString() => _identity;
}
