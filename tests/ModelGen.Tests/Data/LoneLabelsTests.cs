using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Tokenization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Labels that occur once: learned, not measured, and told.</summary>
public sealed class LoneLabelsTests : IDisposable
{
    private const string Told = "1 label occurs once, and its text is trained on, so that nothing measures it: 'rare' in ";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    [InlineData("text-folder")]
    public void TheLabelIsNamedWithItsFileAndLine(string kind)
    {
        string[] labels =
        [
            .. Enumerable
                .Range(0, 20)
                .Select(static i =>
                    i == 7 ? "rare"
                    : i % 2 == 0 ? "even"
                    : "odd"
                ),
        ];
        var path = _folder["data"];
        LabelledTextSource source;
        string place;
        switch (kind)
        {
            case "json-lines":
                File.WriteAllLines(path, labels.Select(static (label, i) => $$"""{"text": "t{{i}}", "label": "{{label}}"}"""));
                (source, place) = (new JsonLinesSource { File = path }, $"{path}(8)");
                break;
            case "csv":
                File.WriteAllLines(path, labels.Select(static (label, i) => $"t{i},{label}").Prepend("text,label"));
                (source, place) = (new CsvSource { File = path }, $"{path}(9)");
                break;
            default:
                for (var i = 0; i < labels.Length; i++)
                {
                    Directory.CreateDirectory(Path.Combine(path, labels[i]));
                    File.WriteAllText(Path.Combine(path, labels[i], $"{i}.txt"), $"t{i}");
                }

                (source, place) = (new TextFolderSource { Folder = path }, Path.Combine(path, "rare", "7.txt"));
                break;
        }

        using var data = source.Read(static _ => new ByteTokenizer((SpecialTokenRole.Padding, "<pad>")), 6, validationFraction: 0.5);

        Assert.Equal([Told + place], data.Notes);
        Assert.Equal(1, data.ClassCounts[data.Classes.ToList().IndexOf("rare")]);
        Assert.Equal(20, data.Training.Count + data.Validation.Count);
        Assert.DoesNotContain(
            data.Classes.ToList().IndexOf("rare"),
            data.Validation.Labels!.data<long>().ToArray().Select(static x => (int)x)
        );
    }

    [Fact]
    public void TheFolderOfASingleImageIsNamed()
    {
        for (var i = 0; i < 9; i++)
        {
            using var image = new Image<L8>(2, 2);
            Directory.CreateDirectory(_folder[i == 4 ? "rare" : "usual"]);
            image.SaveAsPng(_folder[$"{(i == 4 ? "rare" : "usual")}/{i}.png"]);
        }

        using var data = SampleDataset.Create(ImageFolder.Read(_folder[""], 1, 2, 2), null, 0.25);

        Assert.Equal(
            [
                $"1 label occurs once, and its image is trained on, so that nothing measures it: 'rare' in {Path.Combine(_folder[""], "rare", "4.png")}",
            ],
            data.Notes
        );
        Assert.Equal([1, 6], data.ClassCounts);
    }

    [Fact]
    public void OfManyTheFirstAreNamedAndTheOthersCounted()
    {
        using var data = Of(["z", "a", "x", "x", "c", "x", "b", "x", "d"], 0.25);
        Assert.Equal(
            ["5 labels occur once, and their texts are trained on, so that nothing measures them: 'a', 'b', 'c' and 2 more"],
            data.Notes
        );
        Assert.Equal([3L, 1L], new[] { data.ClassCounts[4], data.Validation.Count });
    }

    [Fact]
    public void NothingIsToldWhereEveryLabelRepeatsOrOthersAreGivenToValidateOn()
    {
        using var repeated = Of(["a", "b", "a", "b"], 0.5);
        Assert.Empty(repeated.Notes);

        var once = new TextCollection(["s", "t"], ["a", "b"]);
        using var tested = SampleDataset.Create(once, once, new ByteTokenizer(), 1, null);
        Assert.Empty(tested.Notes);
        Assert.Equal([1, 1], tested.ClassCounts);
        Objective(tested);
    }

    [Fact]
    public void WhereEveryLabelOccursOnceNoClassifierIsTrained()
    {
        using var data = Of(["d", "a", "c", "b"], 0.25);
        Assert.Equal(
            "Each of the 4 labels of the texts occurs once ('a', 'b', 'c' and 1 more), so that none can be both learned and held out; give "
                + "more texts of each label, or others to validate on with 'test'.",
            Assert.Throws<ModelGenException>(() => Objective(data)).Message
        );

        // What does not learn labels can still be trained.
        Assert.Equal((3L, 1L), (data.Training.Count, data.Validation.Count));
    }

    /// <summary>Whatever the labels and the fraction: a label that occurs once is in training, and the others are shared out.</summary>
    [Fact]
    public void NoLabelThatOccursOnceIsHeldOut()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int[] labels = [.. Enumerable.Range(0, random.Next(8, 60)).Select(_ => random.Next(12))];
            var fraction = 0.1 + (0.4 * random.NextDouble());
            var counts = labels.CountBy(static label => label).ToDictionary();
            var rest = counts.Values.Where(static count => count > 1).Sum();
            if (Math.Floor((rest * fraction) + 0.5) is 0)
            {
                continue;
            }

            var held = HeldBackSamples.Choose(labels.Length, labels, fraction, "texts");

            var heldOf = labels.Where((_, index) => held[index]).CountBy(static label => label).ToDictionary();
            Assert.All(counts, each =>
            {
                var share = each.Value == 1 ? 0 : each.Value * fraction;
                var most = each.Value == 1 ? 0 : 1;
                Assert.InRange(heldOf.GetValueOrDefault(each.Key) - share, -most, most);
            });
            Assert.InRange(heldOf.Values.Sum() - (rest * fraction), -0.5, 0.5);
        }
    }

    private static SampleDataset Of(string[] labels, double fraction) =>
        SampleDataset.Create(
            new TextCollection([.. labels.Select(static _ => "t")], labels),
            null,
            new ByteTokenizer(),
            1,
            validationFraction: fraction
        );

    private static SupervisedObjective Objective(SampleDataset data)
    {
        using var model = new Scores(data.Classes.Count);
        return new SupervisedObjective(model, data, new CrossEntropyLoss());
    }

    private sealed class Scores(int classes) : Network(nameof(Scores))
    {
        private readonly long[] _output = [classes];

        public override ReadOnlySpan<long> InputShape => [-1];

        public override ReadOnlySpan<long> OutputShape => _output;

        public override ScalarType InputType => ScalarType.Int64;

        public override int VocabularySize => 256;

        public override string Fingerprint => "scores";

        public override Tensor forward(Tensor input) => zeros(input.size(0), classes);
    }
}
