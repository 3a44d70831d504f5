using System.Globalization;
using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Prediction;
using ModelGen.Tokenization;
using ModelGen.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Rewards;

/// <summary>
/// What a network that was trained with <c>bradley-terry</c> or <c>rating-error</c> gives for a prompt with its answer: its one output. An
/// answer that has not ended is read without the token that ends it.
/// </summary>
public sealed class ModelReward : IReward
{
    private const int BatchSize = 64;

    private readonly Network _model;
    private readonly Tokenizer _tokenizer;
    private readonly AnswerEncoder _encoder;
    private readonly string _identity;

    /// <summary>Binds a trained network.</summary>
    /// <param name="model">The network, which stays the caller's; its weights must not change afterwards.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="template">The texts around a prompt that it was trained with; null for none.</param>
    /// <exception cref="ModelGenException">The network does not read tokens or gives more than one number for a text, or the tokenizer is
    /// not its own.</exception>
    public ModelReward(Network model, Tokenizer tokenizer, AnswerTemplate? template = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (TextNetwork.Problem(model, tokenizer) is { } problem)
        {
            throw new ModelGenException(problem);
        }

        if (model.OutputShape is not [1])
        {
            throw new ModelGenException(
                $"{model.GetName()} gives [{string.Join(", ", model.OutputShape.ToArray())}] for a text, and a reward is one number, [1]; "
                    + $"use a network that was trained to tell rewards, or {nameof(ClassReward)} for a class of a classifier."
            );
        }

        (_model, _tokenizer, _encoder) = (model, tokenizer, new AnswerEncoder(tokenizer, template));
        _identity = ModelIdentity.Of(model);
    }

    /// <summary>Loads a network's weights and tokenizer from the newest checkpoint of a run.</summary>
    /// <param name="model">The network, which stays the caller's.</param>
    /// <param name="run">The folder of the run, relative to the one that the program runs in.</param>
    /// <param name="template">The texts around a prompt that it was trained with, and <c>{prompt}</c> where it goes; null for
    /// none.</param>
    /// <typeparam name="TModel">The class of the network.</typeparam>
    /// <returns>The reward.</returns>
    /// <exception cref="ModelGenException">There is no such run, it trained another network, or one that tells no rewards.</exception>
    public static ModelReward Load<TModel>(TModel model, string run, string? template = null)
        where TModel : Network
    {
        using var checkpoint = TrainedModel.OpenNewest(run, "A network that tells rewards is to be loaded");
        checkpoint.LoadInto(model);
        return new ModelReward(model, checkpoint.CreateTokenizer(), template is null ? null : AnswerTemplate.Parse(template));
    }

    /// <summary>The most tokens that the network reads.</summary>
    private int Context => (int)-_model.InputShape[0];

    /// <inheritdoc/>
    /// <exception cref="ModelGenException">An answer is longer with its prompt than what the network reads.</exception>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var tokens = answers.Select(Tokens).ToArray();
        var scores = new double[tokens.Length];
        using var evaluation = EvaluationMode.Of(_model);

        // Texts of one length need no padding, and those of similar length need little.
        var isPadded = _model.PaddingId >= 0;
        var batches = Enumerable
            .Range(0, tokens.Length)
            .OrderBy(index => tokens[index].Length)
            .GroupBy(index => isPadded ? 0 : tokens[index].Length)
            .SelectMany(static group => group.Chunk(BatchSize));
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var read = PaddedTokens.Of([.. batch.Select(index => tokens[index].AsMemory())], Math.Max(0, _model.PaddingId), _model.Device);
            var given = _model.call(read).to(ScalarType.Float32).cpu().view(-1).data<float>().ToArray();
            for (var row = 0; row < batch.Length; row++)
            {
                scores[batch[row]] = given[row];
            }
        }

        return scores;
    }

    /// <summary>The network and its weights, by which a run knows its reward.</summary>
    public override string ToString() => _identity;

    private int[] Tokens(WrittenAnswer answer)
    {
        int[] tokens = [.. _encoder.Prompt(answer.Prompt), .. _tokenizer.Encode(answer.Answer)];
        int[] all = answer.IsFinished ? [.. tokens, _encoder.End] : tokens;
        return all.Length <= Context
            ? all
            : throw new ModelGenException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_model.GetName()}, which tells rewards, reads at most {Context} tokens, and an answer has {all.Length} with its "
                        + $"prompt; write shorter answers ('max-tokens')."
                )
            );
    }
}
