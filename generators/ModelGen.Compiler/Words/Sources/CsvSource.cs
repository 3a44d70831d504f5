namespace ModelGen.Compiler.Words.Sources;

internal sealed class CsvSource()
    : LabelledFileSource(
        "csv",
        "texts to classify, or to predict numbers for: comma-separated values (RFC 4180), whose first line names the columns",
        File("the file"),
        Named("text", "the column of the text"),
        Named("label", "the column of the name of its class; the classes are numbered in ordinal order of their names"),
        Target("the column of a number that is to be predicted instead of a class"),
        Test()
    )
{
    public override string Example => "csv: { file: reviews.csv, text: review, target: stars, test: test-reviews.csv }";

    public override IReadOnlyList<string> MoreExamples => ["csv: { file: reviews.csv, text: review, label: opinion }"];

    public override string Record => "CsvSource";
}
