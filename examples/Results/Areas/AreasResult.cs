using ModelGen.Data;
using ModelGen.Runs;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Tuning;

namespace ModelGen.Examples.Results.Areas;

/// <summary>
/// Which area of .NET a text is about, learned from 200 texts of each: by a network that is new, and by the same one with the weights that
/// it was published with.
/// </summary>
internal sealed class AreasResult(string word, string summary, TrainingOptions training, FineTuning? tuning) : Result
{
    public static IReadOnlyList<AreasResult> All { get; } =
    [
        new("areas", "a new network tells areas of .NET apart", AreaClassifier.Training, tuning: null),
        new("areas-tuned", "the same from MiniLM's weights", AreasTuned.Training, AreasTuned.FineTuning),
        new("areas-lora", "the same with adapters of rank 8", AreasLora.Training, AreasLora.FineTuning),
        new("areas-frozen", "the same with the encoder frozen", AreasFrozen.Training, AreasFrozen.FineTuning),
    ];

    public override string Word => word;

    public override string Summary => summary;

    public override string Spec => "area-classifier.model.yaml";

    public override string Unit => "nats per text";

    public override string DataName => "a folder with MiniLM's model.safetensors and vocab.txt";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var texts = DotnetAreas.Read(stop);
        using var model = tuning is null
            ? session.Create(static device => new AreaClassifier(device))
            : session.Create(static device => new AreaClassifier(device), Of(tuning, options.Data!));
        using var data = SampleDataset.Create(
            texts.Training,
            texts.Test,
            Tokenizer.Read(Path.Combine(options.Data!, "vocab.txt")),
            AreaClassifier.Context,
            validationFraction: null,
            session.Device
        );
        return session.Train(model.CreateObjective(data), options.Of(training)) && session.Evaluate();
    }

    private static FineTuning Of(FineTuning tuning, string folder) =>
        tuning with
        {
            Start = (FileStart)tuning.Start! with { Path = Path.Combine(folder, "model.safetensors") },
        };
}
