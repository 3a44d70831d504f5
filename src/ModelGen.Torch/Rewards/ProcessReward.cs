using System.Text.Json;
using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Tuning;

namespace ModelGen.Rewards;

/// <summary>
/// How probably the steps of an answer are right, as a network tells that was trained with <c>step-rating</c>: of an answer that is split
/// at the separator, the product or the minimum of σ(output at the last token of a step). Separators that follow each other have no step
/// between them, and an answer without steps is worth 0.
/// </summary>
public sealed class ProcessReward : IReward
{
    private readonly RewardNetwork _network;
    private readonly StepEncoder _encoder;
    private readonly StepCombination _combine;
    private readonly string _identity;

    /// <summary>Binds a trained network.</summary>
    /// <param name="model">The network, which stays the caller's; its weights must not change afterwards.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="combine">What the probabilities of the steps become.</param>
    /// <param name="separator">The text between two steps, with which it was trained; not empty.</param>
    /// <param name="template">The texts around a prompt that it was trained with; null for none.</param>
    /// <exception cref="ModelGenException">The network does not read tokens or does not give one number for each, or the tokenizer is not
    /// its own.</exception>
    public ProcessReward(
        Network model,
        Tokenizer tokenizer,
        StepCombination combine = StepCombination.Product,
        string separator = StepDataset.LineBreak,
        AnswerTemplate? template = null
    )
    {
        _network = new RewardNetwork(model, tokenizer);
        if (!model.GivesOneNumberPerToken())
        {
            throw new ModelGenException(
                $"{model.GetName()} gives [{string.Join(", ", model.OutputShape.ToArray())}] for a text, and steps are judged by one "
                    + $"number for each token; use a network that was trained to judge steps, or {nameof(ModelReward)} for one that judges "
                    + "answers."
            );
        }

        (_encoder, _combine) = (new StepEncoder(tokenizer, template, separator), combine);
        var read = JsonSerializer.Serialize((template ?? AnswerTemplate.Plain).Format(AnswerTemplate.Slot) + separator);
        _identity = $"{combine} of steps read as {read} by {_network}";
    }

    /// <summary>Loads a network's weights and tokenizer from the newest checkpoint of a run.</summary>
    /// <param name="model">The network, which stays the caller's.</param>
    /// <param name="run">The folder of the run, relative to the one that the program runs in.</param>
    /// <param name="combine">What the probabilities of the steps become.</param>
    /// <param name="separator">The text between two steps, with which it was trained; not empty.</param>
    /// <param name="template">The texts around a prompt that it was trained with, and <c>{prompt}</c> where it goes; null for
    /// none.</param>
    /// <typeparam name="TModel">The class of the network.</typeparam>
    /// <returns>The reward.</returns>
    /// <exception cref="ModelGenException">There is no such run, it trained another network, or one that judges no steps.</exception>
    public static ProcessReward Load<TModel>(
        TModel model,
        string run,
        StepCombination combine = StepCombination.Product,
        string separator = StepDataset.LineBreak,
        string? template = null
    )
        where TModel : Network
    {
        using var checkpoint = TrainedModel.OpenNewest(run, "A network that judges steps is to be loaded");
        checkpoint.LoadInto(model);
        return new ProcessReward(
            model,
            checkpoint.CreateTokenizer(),
            combine,
            separator,
            template is null ? null : AnswerTemplate.Parse(template)
        );
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var probabilities = StepProbabilities(answers);
        return
        [
            .. probabilities.Select(steps =>
                steps.Count == 0 ? 0
                : _combine == StepCombination.Minimum ? steps.Min()
                : steps.Aggregate(1.0, static (product, step) => product * step)
            ),
        ];
    }

    /// <summary>How probably each step of answers is right.</summary>
    /// <param name="answers">The answers, in any number.</param>
    /// <returns>A probability for each step of each answer, in the same order; 0 for one that ends beyond what the network reads.</returns>
    public IReadOnlyList<IReadOnlyList<double>> StepProbabilities(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        AnswerTokens[] read = [.. answers.Select(answer => _encoder.Written(answer.Prompt, answer.Answer, answer.IsFinished))];
        return
        [
            .. _network
                .Read([.. read.Select(static answer => answer.Tokens)])
                .Zip(read, (outputs, answer) =>
                    (IReadOnlyList<double>)
                        [.. answer.StepEnds.Select(end => end < _network.Context ? 1 / (1 + Math.Exp(-(double)outputs.Span[end])) : 0)]
                ),
        ];
    }

    /// <summary>How steps are read and combined, the network and its weights, by which a run knows its reward.</summary>
    public override string ToString() => _identity;
}
