namespace ModelGen.Compiler.Words.Sources;

internal sealed class RatingsSource()
    : PromptedSource(
        "ratings",
        "answers with what they are worth: a JSON object on each line",
        File(
            "the file, with lines such as `{\"prompt\": \"A name?\", \"answer\": \"Ada\", \"rating\": 4}`, or with `true` for good and "
                + "`false` for bad"
        ),
        Prompt(),
        Named("answer", "the key of the answer"),
        Named("rating", "the key of the rating: a number, or `true` and `false` for 1 and 0"),
        Template,
        Test()
    )
{
    public override string Example =>
        "ratings: { file: names.jsonl, prompt: question, answer: reply, rating: stars, template: 'Q: {prompt} A: ', test: others.jsonl }";

    public override string DataSet => "RatingDataset";

    public override string Record => "RatingsSource";
}
