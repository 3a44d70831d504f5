using ModelGen.Data;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Data sets of texts with labels.</summary>
public sealed class TextDatasetTests : IDisposable
{
    private static readonly ByteTokenizer Tokenizer = new((SpecialTokenRole.Padding, "<pad>"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BatchesAreTextsFilledUpToTheLongest()
    {
        string[] texts = [.. Enumerable.Range(1, 40).Select(static i => new string((char)('a' + (i % 26)), 1 + (i * 7 % 9)))];
        var collection = new TextCollection(texts, [.. texts.Select(static text => $"{text.Length % 2}")]);
        using var data = SampleDataset.Create(collection, null, Tokenizer, 6, 0.25);

        Assert.Equal((30L, 10L), (data.Training.Count, data.Validation.Count));
        Assert.Equal([-6L], data.Shape);
        Assert.Null(data.TargetShape);
        Assert.Equal(["0", "1"], data.Classes);
        Assert.Equal(30, data.ClassCounts.Sum());
        Assert.Equal(
            $"{texts.Count(static text => text.Length > 6)} of 40 texts have more than 6 tokens; what comes after those is not read",
            data.Notes.Single()
        );
        var seen = new List<string>();
        foreach (
            var batch in Enumerable.Range(0, 10).Select(number => data.Training.Batch(3, seed: 1, number)).Concat(data.Validation.Blocks(4))
        )
        {
            using var rows = batch;
            Assert.Equal(ScalarType.Int64, rows.Samples.dtype);
            var ids = rows.Samples.data<long>().ToArray().Chunk((int)rows.Samples.size(1)).ToArray();
            var labels = rows.Labels!.data<long>().ToArray();
            Assert.Contains(ids, static row => row[^1] != 256);
            seen.AddRange(ids.Select(static row => string.Concat(row.TakeWhile(static id => id != 256).Select(static id => (char)id))));
            Assert.All(ids, static row => Assert.All(row.SkipWhile(static id => id != 256), static id => Assert.Equal(256, id)));
            Assert.All(ids.Zip(labels).Where(static pair => pair.First.Length < 6 || pair.First[5] == 256), static pair =>
                Assert.Equal(pair.Second, pair.First.Count(static id => id != 256) % 2)
            );
        }

        Assert.Equal(texts.Select(static text => text[..Math.Min(6, text.Length)]).Order(), seen.Order());

        // A part of a batch is its rows, as far as its own longest.
        using var whole = data.Training.Batch(5, 2, 3);
        using var part = data.Training.Batch(5, 2, 3, 1, 3);
        using var same = whole.Samples.narrow(0, 1, 3).narrow(1, 0, part.Samples.size(1));
        Assert.Equal(same.contiguous().data<long>().ToArray(), part.Samples.data<long>().ToArray());
    }

    [Fact]
    public void WithoutAPaddingTokenTextsAreOfOneLength()
    {
        using var equal = SampleDataset.Create(new TextCollection(["ab", "cd", "ef"]), null, new ByteTokenizer(), 4, 0.5);
        Assert.Equal(
            "The texts have from 1 to 2 tokens, but there is no token to fill short ones up with; name one in the model's data, as in "
                + "'tokens: { context: 64, padding-token: <pad> }'.",
            Failure(static () => SampleDataset.Create(new TextCollection(["ab", "c", "d"]), null, new ByteTokenizer(), 4, 0.5))
        );
    }

    [Fact]
    public void TestTextsAreNumberedAsThoseToTrainOn()
    {
        var training = new TextCollection(["a", "b", "c"], ["x", "y", "z"]);
        using var data = SampleDataset.Create(training, new TextCollection(["d", "e"], ["z", "y"]), Tokenizer, 4, null);
        Assert.Equal([2L, 1], data.Validation.Labels!.data<long>().ToArray());
        Assert.Equal(
            "The text 0 is of the class 'w', of which there is no text to train on, only of 'x', 'y', 'z'; every test class must also "
                + "occur in training.",
            Failure(() => SampleDataset.Create(training, new TextCollection(["d"], ["w"]), Tokenizer, 4, null))
        );
    }

    [Fact]
    public void ATextThatPretendsToBePaddingIsRefused()
    {
        var path = _folder.Write("a.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b<pad>c\", \"label\": 1}\n"u8);
        Assert.Equal(
            $"{path}(2) has '<pad>' in it, which is the padding token, so that a model would not read it; remove it, or name another "
                + "padding token.",
            Failure(() => SampleDataset.Create(JsonLinesFile.Read(path), null, Tokenizer, 4, 0.5))
        );
    }

    [Fact]
    public void TheFingerprintIsThatOfTextsLabelsAndTokenizer()
    {
        string[] prints =
        [
            Print(["ab", "c", "d"], ["x", "y", "x"], Tokenizer),
            Print(["a", "bc", "d"], ["x", "y", "x"], Tokenizer),
            Print(["ab", "c", "d"], ["x", "y", "y"], Tokenizer),
            Print(["ab", "c", "d"], ["x", "y", "x"], new ByteTokenizer((SpecialTokenRole.Padding, "<nothing>"))),
        ];
        Assert.Equal(4, prints.Distinct().Count());
        Assert.Equal(prints[0], Print(["ab", "c", "d"], ["x", "y", "x"], Tokenizer));

        static string Print(string[] texts, string[] labels, Tokenizer tokenizer)
        {
            using var data = SampleDataset.Create(new TextCollection(texts, labels), null, tokenizer, 4, 0.4);
            return data.Fingerprint;
        }
    }

    [Fact]
    public void ARecipesSourcesReadTheirFiles()
    {
        var lines = _folder.Write("a.jsonl", "{\"t\": \"a\", \"l\": \"x\"}\n{\"t\": \"b\", \"l\": \"y\"}\n"u8);
        var table = _folder.Write("a.csv", "t,l\na,x\nb,y\n"u8);
        _folder.Write("all/x/1.txt", "a"u8);
        _folder.Write("all/y/1.txt", "b"u8);
        LabelledTextSource[] sources =
        [
            new JsonLinesSource
            {
                File = lines,
                Text = "t",
                Label = "l",
                Test = lines,
            },
            new CsvSource
            {
                File = table,
                Text = "t",
                Label = "l",
                Test = table,
            },
            new TextFolderSource { Folder = _folder["all"], Test = _folder["all"] },
        ];
        var shares = new Shares();
        var prints = sources.Select(source =>
        {
            using var data = source.Read(static _ => Tokenizer, 4, null, progress: shares);
            return data.Fingerprint;
        });
        Assert.Single(prints.Distinct());
        Assert.Contains(
            "The recipe's 'data.csv.test' names it as 'gone', relative to the working directory.",
            Failure(() =>
                new CsvSource
                {
                    File = table,
                    Text = "t",
                    Label = "l",
                    Test = "gone",
                }.Read(static _ => Tokenizer, 4, null)
            ),
            StringComparison.Ordinal
        );
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.All(sources, source =>
            Assert.Throws<OperationCanceledException>(() => source.Read(static _ => Tokenizer, 4, null, cancellation: stop.Token))
        );
    }

    private static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;
}
