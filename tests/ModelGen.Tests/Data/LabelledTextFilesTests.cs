using System.Text;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

/// <summary>Texts with labels are read from JSON lines, CSV and folders, and everything that cannot be used is told with its place.</summary>
public sealed class LabelledTextFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void JsonLinesAreReadByTheirKeys()
    {
        var path = Write(
            "a.jsonl",
            "\uFEFF{\"says\": \"I \\u2665 it\\n\", \"stars\": 5}\r\n\n{\"stars\": true, \"says\": \"no\", \"more\": {}}\n{\"says\":\"é\",\"stars\":\"10\"}"
        );
        var texts = JsonLinesFile.Read(path, "says", "stars");

        Assert.Equal(["I ♥ it\n", "no", "é"], texts.Texts);
        Assert.Equal(["5", "true", "10"], texts.Labels!);
        Assert.Equal(["10", "5", "true"], texts.Classes);
        Assert.Empty(texts.Problems);
        Assert.Null(texts.Targets);
    }

    [Fact]
    public void NumbersToPredictAreReadInsteadOfClasses()
    {
        var lines = JsonLinesFile.Read(
            Write("a.jsonl", "{\"text\": \"a\", \"to\": [1, -2.5]}\n{\"text\": \"b\", \"to\": [0.5, 3e2]}\n{\"text\": \"c\", \"to\": 1}"),
            target: "to"
        );
        Assert.Equal([1, -2.5f, 0.5f, 300], lines.Targets!.Value.ToArray());
        Assert.Equal((2, 0), (lines.TargetLength, lines.Classes.Count));
        Assert.EndsWith("a.jsonl(3) has 1 numbers to predict, but " + _folder["a.jsonl"] + "(1) has 2", Told(lines).Single());

        var table = CsvFile.Read(Write("a.csv", "text,score\na,0.25\nb,high\nc,NaN\n"), target: "score");
        Assert.Equal([0.25f], table.Targets!.Value.ToArray());
        Assert.Equal(
            ["a.csv(3) has nothing to predict: 'score' is 'high', not a number", "a.csv(4) has a number to predict that is not finite"],
            Told(table).Select(Name)
        );
    }

    [Fact]
    public void EveryLineOfJsonThatCannotBeUsedIsTold()
    {
        string[] lines =
        [
            "{\"text\": \"good\", \"label\": \"a\"}",
            "{\"text\": \"x\" \"label\": 1}",
            "[1]",
            "{\"label\": \"a\"}",
            "{\"text\": \"x\", \"lable\": \"a\"}",
            "{\"text\": 3, \"label\": \"a\"}",
            "{\"text\": \"x\", \"label\": null}",
            "{\"text\": \" \", \"label\": \"a\"}",
            "{\"text\": \"x\", \"label\": \"\"}",
            "{\"text\": \"\\ud800\", \"label\": \"a\"}",
            "{\"text\": \"x\", \"text\": \"y\", \"label\": \"a\"}",
        ];
        var texts = JsonLinesFile.Read(Write("a.jsonl", string.Join('\n', lines)));

        Assert.Equal(["good"], texts.Texts);
        Assert.Equal(
            [
                "a.jsonl(2) is not JSON: byte 14 is not what should come there",
                "a.jsonl(3) is not an object such as {\"text\": \"…\", \"label\": \"…\"}",
                "a.jsonl(4) has no key 'text', only 'label'",
                "a.jsonl(5) has no key 'label', only 'text', 'lable'",
                "a.jsonl(6) has no text: 'text' is a number, not a string",
                "a.jsonl(7) has no label: 'label' is null, not a string",
                "a.jsonl(8) has an empty text",
                "a.jsonl(9) has an empty label",
                "a.jsonl(10) has a text with half of a surrogate pair, which no encoding has",
                "a.jsonl(11) is not JSON with each key once",
            ],
            Told(texts).Select(Name)
        );
        var none = Write("b.jsonl", "{\"txt\": 1}\n{}");
        Assert.Equal(
            $"'{none}' holds no text to learn from: {none}(1) has no key 'text', only 'txt', and 1 more; each line must be like "
                + "{\"text\": \"…\", \"label\": \"…\"}.",
            Failure(() => JsonLinesFile.Read(none))
        );
        Assert.StartsWith("The file 'gone' does not exist", Failure(() => JsonLinesFile.Read("gone")), StringComparison.Ordinal);
        var bytes = _folder.Write("c.jsonl", [0x7B, 0xFF]);
        Assert.Contains("byte 1 does not belong to any character", Failure(() => JsonLinesFile.Read(bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void CommasQuotesAndLineBreaksStandInQuotes()
    {
        var path = Write("a.csv", "id,label,text\r\n1,yes,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2,\"no\", d \n3,yes\n4,,e\n5,no,\"\"\n");
        var texts = CsvFile.Read(path);

        Assert.Equal(["a, \"b\"\r\nc", " d "], texts.Texts);
        Assert.Equal(["yes", "no"], texts.Labels!);
        Assert.Equal(
            ["a.csv(6) has 2 fields, but the first line names 3", "a.csv(7) has an empty label", "a.csv(8) has an empty text"],
            Told(texts).Select(Name)
        );
    }

    [Theory]
    [InlineData("text,label\na,b\nx,\"open\nmore\n", "(3) has quotes that do not end, or that stand inside a field")]
    [InlineData("text,label\na\"b,c\n", "(2) has quotes that do not end, or that stand inside a field")]
    [InlineData("txt,label\na,b\n", "has no column 'text' in its first line, which names 'txt', 'label'")]
    [InlineData("text,label,text\na,b,c\n", "has several columns 'text' in its first line")]
    [InlineData("", "is empty; its first line must name the columns, such as text,label.")]
    [InlineData("text,label\n", "holds no text to learn from; below the names of the columns, each line must hold a text in 'text' and")]
    public void ATableThatCannotBeToldApartIsRefused(string content, string message) =>
        Assert.Contains(message, Failure(() => CsvFile.Read(Write("a.csv", content))), StringComparison.Ordinal);

    [Fact]
    public void EachSubFolderIsAClass()
    {
        Write("all/bad/b.txt", "Never.");
        Write("all/bad/deep/a.txt", "No.");
        Write("all/good/a.txt", "Yes.");
        Write("all/empty/a.txt", "\n");
        Write("all/loose.txt", "Perhaps.");
        _folder.Write("all/good/b.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]);
        var texts = TextFolder.Read(_folder["all"]);

        Assert.Equal(["Never.", "No.", "Yes."], texts.Texts);
        Assert.Equal(["bad", "bad", "good"], texts.Labels!);
        Assert.Equal(
            [
                "a.txt has an empty text",
                "b.png is not text: it is a PNG file",
                "loose.txt belongs to no class; put it into the sub-folder of one",
                "empty holds no text, so that it is no class",
            ],
            Told(texts).Select(Name)
        );
        Assert.Contains("has no sub-folders", Failure(() => TextFolder.Read(_folder["all/good"])), StringComparison.Ordinal);
        Assert.Contains("does not exist", Failure(() => TextFolder.Read(_folder["none"])), StringComparison.Ordinal);
    }

    [Fact]
    public void CollectionsInMemoryAreChecked()
    {
        Assert.Throws<ArgumentException>(static () => new TextCollection([]));
        Assert.Throws<ArgumentException>(static () => new TextCollection(["a", ""]));
        Assert.Throws<ArgumentException>(static () => new TextCollection(["a", "b"], ["x"]));
        Assert.Throws<ArgumentException>(static () =>
            new TextCollection(
                ["a", "b"],
                targets:
                [
                    [1],
                    [1, 2],
                ]
            )
        );
        Assert.Throws<ArgumentException>(static () =>
            new TextCollection(
                ["a"],
                targets:
                [
                    [float.NaN],
                ]
            )
        );
        Assert.Equal("abcd", new TextCollection(["ab", "cd"]).ToCorpus().ReadToEnd());
    }

    private static IEnumerable<string> Told(TextCollection texts) =>
        texts.Problems.Select(static problem => $"{problem.File} {problem.Reason}");

    // Without the folder.
    private static string Name(string told) =>
        told[(told.IndexOf(' ', StringComparison.Ordinal) is var end ? told.LastIndexOf('/', end) + 1 : 0)..];

    private static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;

    private string Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
