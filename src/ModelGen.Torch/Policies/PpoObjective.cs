using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>
/// Proximal policy optimisation (Schulman et al. 2017) of answers (Ouyang et al. 2022, "InstructGPT"): the reward of each token is −β (log
/// π − log π₀), and of the last one besides that of the answer; a linear map of what the model makes scores of gives the value V of what
/// has been written, and generalised advantage estimates A (Schulman et al. 2016) say how much better each token is. The loss is the mean
/// over tokens of −min(ρ A, clip(ρ) A) plus, times a weight, ½ max((V − R)², (clip(V) − R)²), where R is A plus the value at that time.
/// </summary>
/// <remarks>
/// The advantages of a step are shifted and scaled to a mean of 0 and a deviation of 1. With <see cref="PpoOptions.TargetKl"/>, β ← β (1 +
/// 0.1 clip(kl / target − 1, −0.2, 0.2)) after each step (Ziegler et al. 2019, "Fine-tuning language models from human preferences",
/// section 2.2). Also reported: <c>clip_share</c>, <c>value_loss</c>, and β as <c>kl_weight</c> where it is adapted. The values start at 0;
/// their weights are saved with the run, and are no part of the model.
/// </remarks>
public sealed class PpoObjective : PolicyObjective
{
    private const double Gain = 0.1;

    private const double LargestError = 0.2;

    private const string Head = "value_head";

    private readonly PpoOptions _options;
    private readonly HiddenStates _hidden;
    private readonly Linear _head;

    /// <summary>Binds the objective; the model's weights of this moment are the ones that it should stay near.</summary>
    /// <param name="model">The model to train, which is causal and ends with <c>unembed</c> or <c>linear</c>.</param>
    /// <param name="prompts">The prompts to answer.</param>
    /// <param name="options">What for, and how.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The model is not causal, has fewer tokens than the tokenizer or another last layer, or its
    /// adapters have dropout.</exception>
    public PpoObjective(LanguageModel model, PromptDataset prompts, PpoOptions options)
        : base(model, prompts, options)
    {
        _options = options;
        _hidden = new HiddenStates(model);
        _head = nn.Linear(_hidden.Width, 1, device: model.Device);
        nn.init.zeros_(_head.weight!);
        nn.init.zeros_(_head.bias!);
        AddState(Head, new ModuleState(_head));
    }

    private protected override IReadOnlyList<NamedParameter> Parameters() =>
        [.. base.Parameters(), .. NamedParameter.AllOf(_head, Head + ".")];

    private protected override (Tensor Scores, Tensor? Values) Compute(Tensor inputs, bool wantsValues)
    {
        if (!wantsValues)
        {
            return base.Compute(inputs, wantsValues);
        }

        using var hidden = _hidden.Collect();
        var scores = LanguageModel.call(inputs);
        return (scores, _head.call(hidden.Last.to(ScalarType.Float32)).squeeze(-1));
    }

    internal override void Judge(Experience experience)
    {
        var (old, reference, values) = (OnHost(experience.Old), OnHost(experience.Reference), OnHost(experience.Values!));
        var length = (int)experience.Mask.size(1);
        var advantages = new double[experience.Answers.Count][];
        var returns = new float[experience.Answers.Count * length];
        for (var row = 0; row < advantages.Length; row++)
        {
            var (start, count) = ((row * length) + experience.Start(row), experience.Answers[row].Tokens.Count);
            var rewards = new double[count];
            for (var t = 0; t < count; t++)
            {
                rewards[t] = -State.KlWeight * (old[start + t] - (double)reference[start + t]);
            }

            rewards[^1] += experience.Rewards[row];
            var before = values.AsSpan(start, count);
            advantages[row] = Advantages.Generalised(rewards, before, _options.Discount, _options.Lambda);
            for (var t = 0; t < count; t++)
            {
                returns[start + t] = (float)(advantages[row][t] + before[t]);
            }
        }

        Advantages.Normalise(advantages);
        var all = new float[returns.Length];
        for (var row = 0; row < advantages.Length; row++)
        {
            var start = (row * length) + experience.Start(row);
            for (var t = 0; t < advantages[row].Length; t++)
            {
                all[start + t] = (float)advantages[row][t];
            }
        }

        experience.Advantages = tensor(all, experience.Mask.shape, device: LanguageModel.Device);
        experience.Returns = tensor(returns, experience.Mask.shape, device: LanguageModel.Device);
        experience.KlWeight = State.KlWeight;
        if (_options.TargetKl is { } target)
        {
            State.KlWeight *= 1 + (Gain * Math.Clamp((experience.Kl / target) - 1, -LargestError, LargestError));
        }
    }

    internal override StepLoss LossOf(PolicyPart part)
    {
        var policy = Mean(PolicyLoss.Clipped(part.LogProbabilities, part.Old, part.Advantages, _options.Clip));
        var value = Mean(PolicyLoss.ClippedValues(part.Values!, part.OldValues!, part.Returns!, _options.ValueClip));
        var clipShare = Mean(PolicyLoss.IsClipped(part.LogProbabilities, part.Old, _options.Clip));
        var figures = new List<(string, Tensor)> { ("clip_share", clipShare), ("value_loss", value.detach()) };
        if (_options.TargetKl is not null)
        {
            figures.Add(("kl_weight", Scalar(part.KlWeight)));
        }

        return new StepLoss(policy.Plus(value.Times(_options.ValueWeight)), figures) { Share = part.Tokens / part.UpdateTokens };

        Tensor Mean(Tensor ofTokens) => ofTokens.mul(part.Mask).sum().DividedBy(part.Tokens);
    }

    private static float[] OnHost(Tensor x)
    {
        using var onHost = x.detach().cpu();
        return onHost.data<float>().ToArray();
    }
}
