using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>JSON lines with prompts, as named in a recipe; see <see cref="PromptFile.Read"/>.</summary>
public sealed record PromptsSource : PromptedSource<string, PromptDataset>
{
    private protected override string Key => "data.prompts";

    private protected override ExampleCollection<string> ReadFile(
        string path,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => PromptFile.Read(path, Prompt, progress, cancellation);

    private protected override IEnumerable<string> Texts(string example) => [example];

    private protected override PromptDataset Create(
        ExampleCollection<string> examples,
        ExampleCollection<string>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => PromptDataset.Create(examples, test, tokenizer, context, template, validationFraction, progress, cancellation);
}
