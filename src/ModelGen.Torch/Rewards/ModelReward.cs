using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Tuning;

namespace ModelGen.Rewards;

/// <summary>
/// What a network that was trained with <c>bradley-terry</c> or <c>rating-error</c> gives for a prompt with its answer: its one output. An
/// answer that has not ended is read without the token that ends it.
/// </summary>
public sealed class ModelReward : IReward
{
    private readonly RewardNetwork _network;
    private readonly Tokenizer _tokenizer;
    private readonly AnswerEncoder _encoder;

    /// <summary>Binds a trained network.</summary>
    /// <param name="model">The network, which stays the caller's; its weights must not change afterwards.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="template">The texts around a prompt that it was trained with; null for none.</param>
    /// <exception cref="ModelGenException">The network does not read tokens or gives more than one number for a text, or the tokenizer is
    /// not its own.</exception>
    public ModelReward(Network model, Tokenizer tokenizer, AnswerTemplate? template = null)
    {
        _network = new RewardNetwork(model, tokenizer);
        if (model.OutputShape is not [1])
        {
            throw new ModelGenException(
                $"{model.GetName()} gives [{string.Join(", ", model.OutputShape.ToArray())}] for a text, and a reward is one number, [1]; "
                    + $"use a network that was trained to tell rewards, or {nameof(ClassReward)} for a class of a classifier."
            );
        }

        (_tokenizer, _encoder) = (tokenizer, new AnswerEncoder(tokenizer, template));
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

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return [.. _network.Read([.. answers.Select(Tokens)]).Select(static output => (double)output.Span[0])];
    }

    /// <summary>The network and its weights, by which a run knows its reward.</summary>
    public override string ToString() => _network.ToString();

    private int[] Tokens(WrittenAnswer answer)
    {
        int[] tokens = [.. _encoder.Prompt(answer.Prompt), .. _tokenizer.Encode(answer.Answer)];
        return answer.IsFinished ? [.. tokens, _encoder.End] : tokens;
    }
}
