using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>JSON lines with rated answers, as named in a recipe; see <see cref="RatingFile.Read"/>.</summary>
public sealed record RatingsSource : PromptedSource<RatedAnswer, RatingDataset>
{
    /// <summary>The key of the answer.</summary>
    public string Answer { get; init; } = "answer";

    /// <summary>The key of the rating.</summary>
    public string Rating { get; init; } = "rating";

    private protected override string Key => "data.ratings";

    private protected override ExampleCollection<RatedAnswer> ReadFile(
        string path,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => RatingFile.Read(path, Prompt, Answer, Rating, progress, cancellation);

    private protected override IEnumerable<string> Texts(RatedAnswer example) => [example.Prompt, example.Answer];

    private protected override RatingDataset Create(
        ExampleCollection<RatedAnswer> examples,
        ExampleCollection<RatedAnswer>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => RatingDataset.Create(examples, test, tokenizer, context, template, validationFraction, device, progress, cancellation);
}
