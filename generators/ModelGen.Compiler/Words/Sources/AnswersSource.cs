using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class AnswersSource()
    : PromptedSource(
        "answers",
        "examples of how to answer: a JSON object on each line, with a prompt and its answer or with a conversation",
        File(
            "the file, with lines such as `{\"prompt\": \"A name?\", \"answer\": \"Ada\"}` or `{\"messages\": [{\"role\": \"user\", "
                + "\"content\": \"A name?\"}, {\"role\": \"assistant\", \"content\": \"Ada\"}]}`; of a conversation all "
                + "that the assistant says is learned"
        ),
        Prompt(),
        Named("answer", "the key of the answer"),
        Template,
        Chat,
        Pack,
        Test()
    )
{
    private static readonly ChoiceParameter Chat = new("chat", "how conversations are written", "chatml", "plain")
    {
        Absent = "the file has none",
        RuntimeEnum = "ChatFormat",
    };

    private static readonly FlagParameter Pack = new(
        "pack",
        "whether several examples make a sample, as many as the context holds, so that batches need little padding"
    )
    {
        Default = false,
    };

    public override string Example =>
        "answers: { file: names.jsonl, prompt: question, answer: reply, template: 'Q: {prompt} A: ', chat: chatml, test: others.jsonl }";

    public override IReadOnlyList<string> MoreExamples => ["answers: { file: names.jsonl, pack: true }"];

    public override string DataSet => "AnswerDataset";

    public override string Record => "AnswersSource";

    public override string? Misfit(Arguments arguments, DataShape data) =>
        arguments.Get(Pack) && !data.KeepsDocumentsApart
            ? $"with '{Pack.Name}' a sample has several examples, and each would see those before it; say 'documents: apart' in the "
                + "model's 'data.tokens'"
            : null;
}
