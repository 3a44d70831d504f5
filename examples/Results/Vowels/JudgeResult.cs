using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Runs;

namespace ModelGen.Examples.Results.Vowels;

/// <summary>A reward model that learns from pairs which of two names is better.</summary>
internal sealed class JudgeResult : Result
{
    public override string Word => "vowels-judge";

    public override string Summary => "a reward model learns from pairs which of two names is better";

    public override string Spec => "name-judge.model.yaml";

    public override string Unit => "loss";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        using var before = TrainedNames.Load(session.Device);
        using var model = session.Create(static device => new NameJudge(device));
        var pairs = VowelPreferences.Of(before, stop);
        var letters = string.Concat(pairs.Examples.SelectMany(static pair => new[] { pair.Chosen, pair.Rejected }));
        var tokenizer = NameJudge.CreateTokenizer(TextCorpus.FromText(letters));
        var data = PreferenceDataset.Create(pairs, test: null, tokenizer, NameJudge.Context, device: session.Device);
        return session.Train(model.CreateObjective(data), options.Of(NameJudge.Training))
            && session.Evaluate(new RewardMetric(model, data));
    }
}
