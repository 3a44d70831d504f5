using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.RandomNumbers;
using ModelGen.Rewards;
using ModelGen.Tokenization;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;
using AdamWGroup = TorchSharp.Modules.AdamW.ParamGroup;
using AdamWSettings = TorchSharp.Modules.AdamW.Options;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline: a step of GRPO as one writes it by hand in TorchSharp, after the loop of its algorithm (Shao et al. 2024, algorithm 1). All
/// answers are sampled together, with a forward of the whole batch for each token, until all have ended; the update's own forward gives the
/// old probabilities, as there is one update for each batch.
/// </summary>
internal sealed class IdiomaticGrpo : IDisposable
{
    private readonly PromptDataset _prompts;
    private readonly SharedDraws? _draws;
    private readonly optim.Optimizer _optimizer;
    private readonly int _end;
    private long _step;

    public IdiomaticGrpo(PromptDataset prompts, SharedDraws? draws)
    {
        (_prompts, _draws, _end) = (prompts, draws, prompts.Tokenizer.IdOf(SpecialTokenRole.End)!.Value);
        Model = new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4);
        Reference = new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4);
        var settings = (AdamWOptions)GrpoStep.Training.Optimizer;
        _optimizer = optim.AdamW(
            [
                new AdamWGroup(
                    Model.parameters().Where(static parameter => parameter.dim() >= 2),
                    new AdamWSettings { weight_decay = settings.WeightDecay }
                ),
                new AdamWGroup(Model.parameters().Where(static parameter => parameter.dim() < 2), new AdamWSettings { weight_decay = 0 }),
            ],
            settings.LearningRate,
            settings.Betas.First,
            settings.Betas.Second,
            settings.Epsilon
        );
    }

    /// <summary>The policy.</summary>
    public IdiomaticGpt Model { get; }

    /// <summary>The model that it should stay near.</summary>
    public IdiomaticGpt Reference { get; }

    /// <summary>One step.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        Update(Compute().Loss);
    }

    /// <summary>Writes answers, and computes what they lose.</summary>
    public (Tensor Loss, double Reward, double Length) Compute()
    {
        var prompts = Prompts();
        var tokens = Sample(prompts);
        var length = prompts.size(1);

        // Up to the end token of each, and with it.
        var answers = tokens.narrow(1, length, tokens.size(1) - length);
        var ended = answers.eq(_end).to(ScalarType.Int64);
        var mask = (ended.cumsum(1) - ended).eq(0).to(ScalarType.Float32);
        var rewards = tensor(Rewards(answers)).view(-1, GrpoStep.Options.Answers);
        var centred = rewards - rewards.mean([1], keepdim: true);
        var deviation = centred.pow(2).mean([1], keepdim: true).sqrt();
        var advantages = (centred / (deviation + 1e-8)).view(-1, 1);

        var logs = LogProbabilities(Model, tokens, answers);
        Tensor reference;
        using (no_grad())
        {
            reference = LogProbabilities(Reference, tokens, answers);
        }

        var ratio = (logs - logs.detach()).exp();
        var clip = GrpoStep.Options.Clip;
        var policy = -minimum(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages);
        var distance = reference - logs;
        var losses = policy + (GrpoStep.Options.KlWeight * (distance.exp() - distance - 1));
        var loss = ((losses * mask).sum(1) / mask.sum(1)).mean();
        return (loss, rewards.mean().item<float>(), mask.sum(1).mean().item<float>());
    }

    /// <summary>Makes the update.</summary>
    public void Update(Tensor loss)
    {
        _optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(Model.parameters(), GrpoStep.Training.ClipNorm!.Value);
        _optimizer.step();
        _step++;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Model.Dispose();
        Reference.Dispose();
    }

    // Those that our side answers in this step, each as often as it has answers.
    private Tensor Prompts()
    {
        var batch = GrpoStep.Training.BatchSize;
        var indices = ShuffledPasses.Indices(
            TrainStep.Seed,
            CounterRandom.Stream.TrainingOrder,
            _prompts.TrainingCount,
            _step * batch,
            batch
        );
        var rows = indices
            .SelectMany(index => Enumerable.Repeat(_prompts.Training[(int)index].Tokens, GrpoStep.Options.Answers))
            .SelectMany(static row => row.Select(static token => (long)token))
            .ToArray();
        return tensor(rows).view(batch * GrpoStep.Options.Answers, -1);
    }

    private Tensor Sample(Tensor prompts)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = prompts;
        var done = zeros([prompts.size(0), 1], ScalarType.Bool);
        for (var place = 0; place < GrpoStep.Options.MaxTokens; place++)
        {
            using var inner = NewDisposeScope();
            var logits = Model.call(tokens)[.., -1];
            var probabilities = logits.softmax(-1);
            var next = _draws?.Draw(probabilities, _step, place) ?? multinomial(probabilities, 1);
            next = next.masked_fill(done, _end);
            done = (done | next.eq(_end)).MoveToOuterDisposeScope();
            tokens = cat([tokens, next], 1).MoveToOuterDisposeScope();
            if (done.all().item<bool>())
            {
                break;
            }
        }

        return tokens.MoveToOuterDisposeScope();
    }

    private float[] Rewards(Tensor answers)
    {
        var (rows, length) = ((int)answers.size(0), (int)answers.size(1));
        var all = answers.contiguous().data<long>().ToArray();
        WrittenAnswer[] written =
        [
            .. Enumerable
                .Range(0, rows)
                .Select(row =>
                {
                    int[] tokens = [.. all.AsSpan(row * length, length).ToArray().Select(static token => (int)token)];
                    return new WrittenAnswer("", _prompts.Tokenizer.Decode([.. tokens.TakeWhile(token => token != _end)]));
                }),
        ];
        return [.. GrpoStep.Options.Reward.Score(written).Select(static reward => (float)reward)];
    }

    private static Tensor LogProbabilities(IdiomaticGpt model, Tensor tokens, Tensor answers)
    {
        var logits = model.call(tokens.narrow(1, 0, tokens.size(1) - 1));
        var ofAnswers = logits.narrow(1, logits.size(1) - answers.size(1), answers.size(1));
        return ofAnswers.log_softmax(-1).gather(2, answers.unsqueeze(2)).squeeze(2);
    }
}
