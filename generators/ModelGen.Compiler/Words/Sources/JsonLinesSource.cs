namespace ModelGen.Compiler.Words.Sources;

internal sealed class JsonLinesSource()
    : LabelledFileSource(
        "json-lines",
        "texts to classify, or to predict numbers for: a JSON object on each line",
        File("the file, with lines such as `{\"text\": \"I loved it.\", \"label\": \"good\"}`"),
        Named("text", "the key of the text"),
        Named("label", "the key of the name of its class; the classes are numbered in ordinal order of their names"),
        Target("the key of what is to be predicted instead of a class: a number, or a list of as many on every line"),
        Test()
    )
{
    public override string Example => "json-lines: { file: reviews.jsonl, text: review, label: opinion, test: test-reviews.jsonl }";

    public override IReadOnlyList<string> MoreExamples => ["json-lines: { file: reviews.jsonl, text: review, target: stars }"];

    public override string Record => "JsonLinesSource";
}
