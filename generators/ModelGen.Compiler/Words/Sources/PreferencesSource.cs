namespace ModelGen.Compiler.Words.Sources;

internal sealed class PreferencesSource()
    : PromptedSource(
        "preferences",
        "two answers to a prompt, of which one is preferred: a JSON object on each line",
        File("the file, with lines such as `{\"prompt\": \"A name?\", \"chosen\": \"Ada\", \"rejected\": \"Qx\"}`"),
        Prompt(),
        Named("chosen", "the key of the answer that is preferred"),
        Named("rejected", "the key of the other answer"),
        Template,
        Test()
    )
{
    public override string Example =>
        "preferences: { file: names.jsonl, prompt: question, chosen: better, rejected: worse, template: 'Q: {prompt} A: ', "
        + "test: others.jsonl }";

    public override string DataSet => "PreferenceDataset";

    public override string Record => "PreferencesSource";
}
