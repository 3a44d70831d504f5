using ModelGen.Chat;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>JSON lines with examples of how to answer, as named in a recipe; see <see cref="AnswerFile.Read"/>.</summary>
public sealed record AnswersSource : PromptedSource<AnswerExample, AnswerDataset>
{
    /// <summary>The key of the answer.</summary>
    public string Answer { get; init; } = "answer";

    /// <summary>How conversations are written; null where the file has none.</summary>
    public ChatFormat? Chat { get; init; }

    /// <summary>Whether several examples make a sample, see <see cref="AnswerLayout.IsPacked"/>.</summary>
    public bool Pack { get; init; }

    private protected override string Key => "data.answers";

    private protected override ExampleCollection<AnswerExample> ReadFile(
        string path,
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => AnswerFile.Read(path, Prompt, Answer, progress, cancellation);

    private protected override IEnumerable<string> Texts(AnswerExample example) =>
        example switch
        {
            PromptedAnswer(var prompt, var answer) => [prompt, answer],
            Conversation(var turns) => turns.Select(static turn => turn.Text),
            _ => [],
        };

    private protected override AnswerDataset Create(
        ExampleCollection<AnswerExample> examples,
        ExampleCollection<AnswerExample>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var layout = new AnswerLayout
        {
            Template = template,
            Chat = Chat is { } format ? ChatTemplate.Of(format) : null,
            IsPacked = Pack,
        };
        return AnswerDataset.Create(examples, test, tokenizer, context, layout, validationFraction, device, progress, cancellation);
    }
}
