using System.Globalization;
using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Plots;
using ModelGen.RandomNumbers;
using ModelGen.Rewards;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>
/// Learning from rewards: in each step the model writes answers to a batch of prompts, and is updated so that those with higher rewards
/// become more likely, without going far from the model that the training began with.
/// </summary>
/// <remarks>
/// <para>A batch is of prompts, each with several answers. They are a function of the weights, the seed and the step alone. Dropout is off,
/// so that the probabilities that are trained are those that tokens were drawn with.</para>
/// <para>Reported with the loss: <c>reward</c>, <c>kl</c> (the mean of log π(answer) − log π₀(answer) in nats), <c>entropy</c> (of the
/// distribution of a token, in nats), <c>length</c> (in tokens), and with a check reward <c>check_reward</c>, which is not trained for:
/// where it falls while the reward rises, the model has found out how to please the reward without being better. Validation has the same of
/// fresh answers to the prompts held back, with the reward's negative as its loss.</para>
/// </remarks>
public abstract class PolicyObjective : PromptedObjective
{
    // Below this share of the first step's, almost all answers are the same.
    private const double CollapsedShare = 0.1;

    private const int FewestValidated = 256;

    private readonly PolicyOptions _options;
    private readonly Rollouts _rollouts;
    private readonly ReferenceWeights _reference;
    private readonly Dictionary<string, IRunState> _states;
    private readonly List<string> _notices = [];
    private Experience? _experience;
    private bool _isBegun;

    /// <summary>Binds the objective; the model's weights of this moment are the ones that it should stay near.</summary>
    /// <param name="model">The model to train, which is causal.</param>
    /// <param name="prompts">The prompts to answer.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The model is not causal, has fewer tokens than the tokenizer, or its adapters have
    /// dropout.</exception>
    private protected PolicyObjective(LanguageModel model, PromptDataset prompts, PolicyOptions options)
        : base(model, prompts)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        CheckLength(prompts.LongestLength);
        if (LowRankAdapter.AllOf(model).Any(static adapter => adapter.DrawsAtRandom))
        {
            throw new ModelGenException(
                $"The adapters of {model.GetName()} have dropout, and a policy is trained without, so that it is what its answers are "
                    + "drawn from; leave out 'dropout'."
            );
        }

        (Prompts, _options) = (prompts, options);
        _rollouts = new Rollouts(model, prompts.Tokenizer, options.MaxTokens, options.Temperature, prompts.Template);
        _reference = new ReferenceWeights(model);
        State = new PolicyState { KlWeight = options.KlWeight };
        _states = new Dictionary<string, IRunState> { ["policy"] = State, ["reference"] = _reference };
    }

    /// <inheritdoc/>
    public override bool HasDropout => false;

    /// <inheritdoc/>
    internal override bool KnowsReferenceOfOtherData => true;

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("reward, and nats from the beginning", "reward", "kl");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["policy"] = _options };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, IRunState> States => _states;

    /// <inheritdoc/>
    public override long MultiplyAdds => LanguageModel.MultiplyAdds * ((_options.Answers + Minibatches - 1) / Minibatches);

    /// <inheritdoc/>
    /// <remarks>With the gradient of the log-probabilities.</remarks>
    public override long ActivationBytes =>
        LanguageModel.ActivationBytes > 0
            ? (_options.Answers + Minibatches - 1)
                / Minibatches
                * (LanguageModel.ActivationBytes + ((long)sizeof(float) * LanguageModel.VocabularySize * LanguageModel.ContextLength))
            : 0;

    /// <inheritdoc/>
    public override bool IsOver => State.IsOver;

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var answers = options.BatchSize * _options.Answers;
        if (Minibatches > _options.Answers)
        {
            throw new ArgumentException(
                Text($"The answers of a step can be divided into as many minibatches as a prompt has answers, {_options.Answers}, and not ")
                    + Text($"into {Minibatches}."),
                nameof(options)
            );
        }

        return new(
            [new TrainingPhase("", Parameters(), options.Optimizer, _options.Updates)],
            options.BatchSize,
            "answers",
            answers,
            (double)Prompts.Training.Count / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public override void BeforeParts(IReadOnlyList<TrainingStep> parts) => Begin(parts);

    /// <inheritdoc/>
    public override void AfterParts() => _isBegun = false;

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        if (_isBegun)
        {
            return PartLoss(step);
        }

        Begin([step]);
        _isBegun = false;
        return PartLoss(step);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> TakeNotices()
    {
        string[] taken = [.. _notices];
        _notices.Clear();
        return taken;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Measure(Enumerable.Range(0, batches).Select(batch => Validated(batch, batchSize)), answers: 1, seed);

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var count = Prompts.Validation.Count;
        var answers = Math.Max(_options.Answers, (FewestValidated + count - 1) / count);
        var batches = (count + batchSize - 1) / batchSize;
        var all = Enumerable
            .Range(0, batches)
            .Select(batch => Validated(batch, Math.Min(batchSize, count - (batch * batchSize)), batchSize));
        return Measure(Watched(all, batches, progress, cancellationToken), answers, seed: 0);
    }

    private protected PromptDataset Prompts { get; }

    private protected PolicyState State { get; }

    private int Minibatches => (_options as ClippedPolicyOptions)?.Minibatches ?? 1;

    /// <summary>What is trained.</summary>
    private protected virtual IReadOnlyList<Training.Optimizers.NamedParameter> Parameters() =>
        Training.Optimizers.NamedParameter.AllOf(LanguageModel);

    /// <summary>The scores of the model for some tokens, [n, T, vocabulary], and the values of a policy that has them, [n, T].</summary>
    private protected virtual (Tensor Scores, Tensor? Values) Compute(Tensor inputs, bool wantsValues) =>
        (LanguageModel.call(inputs), null);

    /// <summary>Sets the advantages of a step's answers, and what values are trained towards.</summary>
    internal abstract void Judge(Experience experience);

    /// <summary>The loss on some answers: its share of the mean over all of the update, with its parts.</summary>
    internal abstract StepLoss LossOf(PolicyPart part);

    /// <summary>Adds to what is saved for an exact resume.</summary>
    private protected void AddState(string name, IRunState state) => _states.Add(name, state);

    /// <summary>A number as a tensor.</summary>
    private protected Tensor Scalar(double value) => tensor((float)value, device: LanguageModel.Device);

    /// <summary>A number for each answer as a tensor [A, 1].</summary>
    private protected Tensor Column(double[] numbers) =>
        tensor(Array.ConvertAll(numbers, static number => (float)number), [numbers.Length, 1], device: LanguageModel.Device);

    private protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Begin(IReadOnlyList<TrainingStep> parts)
    {
        var step = parts[0];
        _isBegun = true;
        if (step.Repetition > 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var indices = ShuffledPasses.Indices(
            step.Seed,
            CounterRandom.Stream.TrainingOrder,
            Prompts.Training.Count,
            step.Batch * step.BatchSize,
            step.BatchSize
        );
        var answers = _rollouts.Generate(
            [.. indices.Select(index => Prompts.Training[(int)index])],
            _options.Answers,
            CounterRandom.Bits(step.Seed, CounterRandom.Stream.Rollouts, (ulong)step.Batch)
        );

        // In the parts that the first updates are computed in, by the same kernels: their ratios are 1.
        var rows = Enumerable
            .Range(0, Minibatches)
            .SelectMany(update => parts.Select(part => Rows(part with { Repetition = update }, answers.Length)))
            .ToList();
        var experience = Known(answers, rows);
        Judge(experience);
        Guard(experience, step);
        _experience = experience;
        foreach (var tensor in Tensors(experience))
        {
            tensor.MoveToOuterDisposeScope();
        }
    }

    private static IEnumerable<Tensor> Tensors(Experience experience) =>
        new[]
        {
            experience.Inputs,
            experience.Targets,
            experience.Mask,
            experience.Old,
            experience.Reference,
            experience.Values,
            experience.Advantages,
            experience.Returns,
        }.OfType<Tensor>();

    private void Guard(Experience experience, TrainingStep step)
    {
        if (_options.MaxKl is { } most && experience.Kl > most && !State.IsOver)
        {
            State.IsOver = true;
            _notices.Add(
                Text($"the training ends after step {step.Step + 1}: its answers are {experience.Kl:F2} nats from those of the model that ")
                    + Text($"it began with, more than the {most} of 'max-kl'")
            );
        }

        State.FirstEntropy ??= experience.Entropy;
        if (!State.HasCollapsed && experience.Entropy < CollapsedShare * State.FirstEntropy)
        {
            State.HasCollapsed = true;
            _notices.Add(
                Text($"the entropy of a token has fallen from {State.FirstEntropy:F3} to {experience.Entropy:F3} nats at step ")
                    + Text($"{step.Step + 1}, so that almost all answers are alike; raise 'kl-weight' or lower the learning rate")
            );
        }
    }

    // Of the answers that an update is made on, those of a part of it.
    private long[] Rows(TrainingStep step, int count)
    {
        var (epoch, update) = Math.DivRem(step.Repetition, Minibatches);
        var (first, end) = ((long)count * update / Minibatches, (long)count * (update + 1) / Minibatches);
        var (from, to) = (At(step.First), At(step.First + step.Count));
        var rows = new long[to - from];
        RandomPermutation? order =
            Minibatches == 1
                ? null
                : new RandomPermutation(
                    CounterRandom.Bits(step.Seed, CounterRandom.Stream.AnswerOrder, ((ulong)step.Batch << 16) + (ulong)epoch),
                    count
                );
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = order is { } shuffled ? shuffled[from + i] : from + i;
        }

        return rows;

        long At(int sample) => first + ((end - first) * sample / step.BatchSize);
    }

    private int Longest(IReadOnlyList<Rollout> answers, long[] rows) =>
        rows.Max(row => answers[(int)row].PromptTokens.Count + answers[(int)row].Tokens.Count) - 1;

    private StepLoss PartLoss(TrainingStep step)
    {
        var known = _experience
            ?? throw new InvalidOperationException("A step's answers are written at its first repetition, which has not been computed.");
        using var scope = NewDisposeScope();
        var rows = Rows(step, known.Answers.Count);
        var all = Rows(step with { First = 0, Count = step.BatchSize }, known.Answers.Count);
        var index = tensor(rows, device: LanguageModel.Device);
        var length = Longest(known.Answers, rows);
        var targets = Select(known.Targets);
        var (scores, values) = Compute(Select(known.Inputs), wantsValues: true);
        var part = new PolicyPart(
            TokenLogProbabilities.Of(Tempered(scores), targets),
            Select(known.Old),
            Select(known.Reference),
            Select(known.Mask),
            known.Advantages!.size(1) == 1 ? known.Advantages.index_select(0, index) : Select(known.Advantages)
        )
        {
            Values = values,
            OldValues = known.Values is null ? null : Select(known.Values),
            Returns = known.Returns is null ? null : Select(known.Returns),
            KlWeight = known.KlWeight,
            Tokens = rows.Sum(row => (double)known.Answers[(int)row].Tokens.Count),
            UpdateTokens = all.Sum(row => (double)known.Answers[(int)row].Tokens.Count),
            ShareOfAnswers = (double)rows.Length / all.Length,
        };
        var loss = LossOf(part);
        loss = loss with { Parts = [.. Figures(known), .. loss.Parts] };
        loss.Total.MoveToOuterDisposeScope();
        foreach (var (_, value) in loss.Parts)
        {
            value.MoveToOuterDisposeScope();
        }

        return loss;

        Tensor Select(Tensor whole) => whole.narrow(1, 0, length).index_select(0, index);
    }

    private IEnumerable<(string Name, Tensor Value)> Figures(Experience known)
    {
        yield return ("reward", Scalar(known.Rewards.Average()));
        yield return ("kl", Scalar(known.Kl));
        yield return ("entropy", Scalar(known.Entropy));
        yield return ("length", Scalar(known.Length));
        if (known.Checks is not null)
        {
            yield return ("check_reward", Scalar(known.Checks.Average()));
        }
    }

    // The distribution that tokens are drawn from.
    private Tensor Tempered(Tensor scores)
    {
        var vocabulary = Prompts.Tokenizer.VocabularySize;
        var known = scores.size(-1) > vocabulary ? scores.narrow(-1, 0, vocabulary).contiguous() : scores;
        return _options.Temperature == 1 ? known : known.DividedBy(_options.Temperature);
    }

    /// <summary>What the policy and the model that it began as say of answers, computed in the given parts.</summary>
    private Experience Known(IReadOnlyList<Rollout> answers, IReadOnlyList<long[]> parts)
    {
        WrittenAnswer[] finished = [.. answers.Select(static answer => answer.Answer)];
        var rewards = RewardScores.Of(_options.Reward, finished);
        var checks = _options.CheckReward is null ? null : RewardScores.Of(_options.CheckReward, finished);
        var (inputs, targets) = Tokens(answers);
        using var ignored = tensor(TokenLoss.Ignored, device: inputs.device);
        var mask = targets.ne(ignored).to(ScalarType.Float32);
        var (old, reference) = (zeros_like(mask), zeros_like(mask));
        Tensor? values = null;
        var entropies = zeros([], device: inputs.device);
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope();
            var rows = tensor(part, device: inputs.device);
            var length = Longest(answers, part);
            var (read, wanted) = (Select(inputs), Select(targets));
            var (scores, valuesOfPart) = Compute(read, wantsValues: true);
            var logs = Tempered(scores).log_softmax(-1);
            entropies.sub_(logs.exp().mul(logs).sum(-1).mul(Select(mask)).sum());
            Put(old, TokenLogProbabilities.At(logs, wanted));
            if (valuesOfPart is not null)
            {
                values ??= zeros_like(mask).MoveToOuterDisposeScope();
                Put(values, valuesOfPart);
            }

            using (_reference.Swap())
            {
                var (scoresOfReference, _) = Compute(read, wantsValues: false);
                Put(reference, TokenLogProbabilities.Of(Tempered(scoresOfReference), wanted));
            }

            Tensor Select(Tensor whole) => whole.narrow(1, 0, length).index_select(0, rows);

            void Put(Tensor whole, Tensor ofPart) => whole.narrow(1, 0, length).index_copy_(0, rows, ofPart);
        }

        return new Experience
        {
            Answers = answers,
            Rewards = rewards,
            Checks = checks,
            Inputs = inputs,
            Targets = targets,
            Mask = mask,
            Old = old,
            Reference = reference,
            Values = values,
            Kl = old.sub(reference).sum(ScalarType.Float64).Read() / answers.Count,
            Entropy = entropies.Read() / answers.Sum(static answer => (double)answer.Tokens.Count),
        };
    }

    // Rows are filled up with any token: no position sees a later one.
    private (Tensor Inputs, Tensor Targets) Tokens(IReadOnlyList<Rollout> answers)
    {
        var length = answers.Max(static answer => answer.PromptTokens.Count + answer.Tokens.Count) - 1;
        var (inputs, targets) = (new long[answers.Count * length], new long[answers.Count * length]);
        Array.Fill(targets, TokenLoss.Ignored);
        for (var row = 0; row < answers.Count; row++)
        {
            var (prompt, written) = (answers[row].PromptTokens, answers[row].Tokens);
            var (start, end) = (row * length, prompt.Count + written.Count - 1);
            for (var place = 0; place < end; place++)
            {
                inputs[start + place] = place < prompt.Count ? prompt[place] : written[place - prompt.Count];
                if (place >= prompt.Count - 1)
                {
                    targets[start + place] = written[place - prompt.Count + 1];
                }
            }
        }

        long[] shape = [answers.Count, length];
        return (tensor(inputs, shape, device: LanguageModel.Device), tensor(targets, shape, device: LanguageModel.Device));
    }

    // The same prompts over and over where there are fewer.
    private EncodedPrompt[] Validated(int batch, int count, int? stride = null) =>
        [.. Enumerable.Range(batch * (stride ?? count), count).Select(index => Prompts.Validation[index % Prompts.Validation.Count])];

    private IReadOnlyList<MetricValue> Measure(IEnumerable<EncodedPrompt[]> batches, int answers, ulong seed)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        var means = new MetricMeans();
        var (count, number) = (0L, 0UL);
        foreach (var prompts in batches)
        {
            using var scope = NewDisposeScope();
            var ofBatch = CounterRandom.Bits(seed, CounterRandom.Stream.ValidationOrder, number++);
            var written = _rollouts.Generate(prompts, answers, ofBatch);
            var chunks = Enumerable.Range(0, written.Length).Select(static row => (long)row).Chunk(Math.Max(1, prompts.Length)).ToList();
            var known = Known(written, chunks);
            count += written.Length;
            means.Add("loss", -known.Rewards.Sum());
            means.Add("reward", known.Rewards.Sum());
            means.Add("kl", known.Kl * written.Length);
            means.Add("entropy", known.Entropy * written.Length);
            means.Add("length", known.Length * written.Length);
            if (known.Checks is not null)
            {
                means.Add("check_reward", known.Checks.Sum());
            }
        }

        return means.Over(count);
    }
}
