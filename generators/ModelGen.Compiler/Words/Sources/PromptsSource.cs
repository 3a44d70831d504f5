namespace ModelGen.Compiler.Words.Sources;

internal sealed class PromptsSource()
    : PromptedSource(
        "prompts",
        "prompts that the model answers itself: a JSON object on each line",
        File("the file, with lines such as `{\"prompt\": \"A name?\"}`; an empty prompt lets the model begin by itself"),
        Prompt(),
        Template,
        Test()
    )
{
    public override string Example =>
        "prompts: { file: questions.jsonl, prompt: question, template: 'Q: {prompt} A: ', test: others.jsonl }";

    public override string DataSet => "PromptDataset";

    public override string Record => "PromptsSource";
}
