using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>JSON lines with answers whose steps are rated, as named in a recipe; see <see cref="StepFile.Read"/>.</summary>
public sealed record StepsSource : PromptedSource<RatedSteps, StepDataset>
{
    /// <summary>The key of the list of steps.</summary>
    public string Steps { get; init; } = "steps";

    /// <summary>The key of the list of their ratings.</summary>
    public string Ratings { get; init; } = "ratings";

    /// <summary>The text between two steps, not empty.</summary>
    public string Separator { get; init; } = StepDataset.LineBreak;

    private protected override string Key => "data.steps";

    private protected override ExampleCollection<RatedSteps> ReadFile(
        string path,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => StepFile.Read(path, Prompt, Steps, Ratings, progress, cancellation);

    private protected override IEnumerable<string> Texts(RatedSteps example) => [example.Prompt, string.Join(Separator, example.Steps)];

    private protected override StepDataset Create(
        ExampleCollection<RatedSteps> examples,
        ExampleCollection<RatedSteps>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => StepDataset.Create(examples, test, tokenizer, context, template, Separator, validationFraction, device, progress, cancellation);
}
