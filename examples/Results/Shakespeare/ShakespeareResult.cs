using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Runs;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Examples.Results.Shakespeare;

/// <summary>nanoGPT's setting for a laptop's CPU on tiny Shakespeare, and what a change of one layer makes of it.</summary>
internal sealed class ShakespeareResult(string word, string summary, Func<Device, LanguageModel> create, TrainingOptions training) : Result
{
    public static IReadOnlyList<ShakespeareResult> All { get; } =
    [
        new(
            "nano-gpt",
            "nanoGPT's setting for a laptop's CPU, on tiny Shakespeare",
            static device => new NanoGpt(device),
            NanoGpt.Training
        ),
        new("rotary-gpt", "the same with rotary positions", static device => new RotaryGpt(device), RotaryGpt.Training),
        new("alibi-gpt", "the same with ALiBi", static device => new AlibiGpt(device), AlibiGpt.Training),
        new("grouped-gpt", "the same with grouped queries", static device => new GroupedGpt(device), GroupedGpt.Training),
        new("window-gpt", "the same with windows of 16 tokens", static device => new WindowGpt(device), WindowGpt.Training),
        new("mixture-gpt", "the same with a mixture of experts", static device => new MixtureGpt(device), MixtureGpt.Training),
    ];

    public override string Word => word;

    public override string Summary => summary;

    public override string Spec => $"{word}.model.yaml";

    public override string DataName => "tiny Shakespeare";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var chosen = options.Of(training);
        using var model = session.Create(create);
        var text = TextCorpus.Read(options.Data!, new ProgressLine("reading"), stop);
        using var data = TokenDataset.Create(
            text,
            model.CreateTokenizer(text),
            model.ContextLength,
            chosen.Validation.Fraction,
            session.Device
        );
        var objective = model.CreateObjective(data);
        return session.Train(objective, chosen) && session.Evaluate(new EstimateMetric(objective, chosen.BatchSize, options.Seed));
    }
}
