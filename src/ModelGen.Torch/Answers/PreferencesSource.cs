using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>JSON lines with two answers to a prompt, as named in a recipe; see <see cref="PreferenceFile.Read"/>.</summary>
public sealed record PreferencesSource : PromptedSource<PreferencePair, PreferenceDataset>
{
    /// <summary>The key of the answer that is preferred.</summary>
    public string Chosen { get; init; } = "chosen";

    /// <summary>The key of the other answer.</summary>
    public string Rejected { get; init; } = "rejected";

    private protected override string Key => "data.preferences";

    private protected override ExampleCollection<PreferencePair> ReadFile(
        string path,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => PreferenceFile.Read(path, Prompt, Chosen, Rejected, progress, cancellation);

    private protected override IEnumerable<string> Texts(PreferencePair example) => [example.Prompt, example.Chosen, example.Rejected];

    private protected override PreferenceDataset Create(
        ExampleCollection<PreferencePair> examples,
        ExampleCollection<PreferencePair>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => PreferenceDataset.Create(examples, test, tokenizer, context, template, validationFraction, device, progress, cancellation);
}
