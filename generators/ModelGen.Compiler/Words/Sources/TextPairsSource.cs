using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class TextPairsSource()
    : DataSource(
        "text-pairs",
        "pairs of texts, one to read and one to write: a JSON object on each line",
        File,
        Named("source", "the key of the text to read"),
        Named("target", "the key of the text to write"),
        Test
    )
{
    private static readonly TextParameter File = new(
        "file",
        "the file, with lines such as `{\"source\": \"3 May\", \"target\": \"05-03\"}`"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TextParameter Test = new("test", "the file of the validation pairs")
    {
        Absent = "some of the training pairs are held out",
    };

    public override string Example => "text-pairs: { file: dates.jsonl, source: written, target: date, test: test-dates.jsonl }";

    public override string Data => "tokens";

    public override string DataSet => "PairDataset";

    public override string Record => "TextPairsSource";

    private static TextParameter Named(string name, string summary) => new(name, summary) { Absent = $"`{name}`" };
}
