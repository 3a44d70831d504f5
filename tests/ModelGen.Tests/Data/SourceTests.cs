using ModelGen.Data;
using ModelGen.Tokenization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Tests.Data;

public sealed class SourceTests : IDisposable
{
    private static readonly byte[] Images =
    [
        0,
        0,
        8,
        3,
        0,
        0,
        0,
        4,
        0,
        0,
        0,
        2,
        0,
        0,
        0,
        3,
        .. Enumerable.Range(0, 24).Select(static value => (byte)value),
    ];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ATextBecomesTokensOfTheTokenizerThatIsMadeOfIt()
    {
        var path = _folder.Write("a.txt", "abcabcabcabcabcabc"u8);
        TextCorpus? seen = null;
        using var data = new TextSource { Path = path }.Read((text, _, _) => CharacterTokenizer.FromText(seen = text, 3), 2, 0.5);

        Assert.Equal("abcabcabcabcabcabc", seen!.ReadToEnd());
        Assert.Equal((9L, 9L), (data.Training.Length, data.Validation.Length));
        Assert.Equal(2, data.Training.Context);
    }

    [Fact]
    public void WhatIsMissingIsToldWithTheRecipesKeyAndWhereItWasLookedFor()
    {
        var full = Path.GetFullPath("corpus-that-is-not-there");
        var empty = _folder.Write("empty.txt", []);

        Assert.Equal(
            $"The text '{full}' does not exist; it must be a UTF-8 text file, or a folder of them. The recipe's 'data.text' names "
                + "it as 'corpus-that-is-not-there', relative to the working directory.",
            Failure(() => new TextSource { Path = "corpus-that-is-not-there" }.Read(static (_, _, _) => new ByteTokenizer(), 1, 0.5))
        );
        Assert.Equal(
            $"The file '{empty}' is empty; it must be a UTF-8 text file with something to learn from. The recipe's 'data.text' names it.",
            Failure(() => new TextSource { Path = empty }.Read(static (_, _, _) => new ByteTokenizer(), 1, 0.5))
        );
        Assert.EndsWith(
            "The recipe's 'data.idx' names it as 'digits', relative to the working directory.",
            Failure(() => new IdxSource { Folder = "digits" }.Read([1, 2, 2], 0.5)),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "The recipe's 'data.image-folder' names it as 'images', relative to the working directory.",
            Failure(() => new ImageFolderSource { Folder = "images" }.Read([1, 2, 2], 0.5)),
            StringComparison.Ordinal
        );

        static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;
    }

    [Fact]
    public void ReadingAFolderOfTextsCanBeCancelled()
    {
        _folder.Write("a.txt", "abc"u8);
        var source = new TextSource { Path = _folder.ToString() };

        Assert.Throws<OperationCanceledException>(() =>
            source.Read(static (_, _, _) => new ByteTokenizer(), 1, 0.5, null, null, new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public void ImagesOfAFolderAreBroughtToTheSizeAndTestImagesValidate()
    {
        foreach (var (name, level) in new[] { ("all/a.png", 10), ("all/b.png", 20), ("all/c.png", 30), ("test/d.png", 40) })
        {
            _folder.Write(name, Solid((byte)level));
        }

        using var data = new ImageFolderSource
        {
            Folder = _folder["all"],
            Test = _folder["test"],
            HorizontalFlip = true,
        }.Read([1, 2, 2], 0.1);
        using var held = new ImageFolderSource { Folder = _folder["all"] }.Read([1, 2, 2], 0.34);

        Assert.Equal((3, 1), (data.Training.Count, data.Validation.Count));
        Assert.Equal((2, 1), (held.Training.Count, held.Validation.Count));
        Assert.Equal(Fingerprint(new ImageAugmentation { HorizontalFlip = true }), data.Fingerprint);
        Assert.NotEqual(Fingerprint(null), data.Fingerprint);

        string Fingerprint(ImageAugmentation? augmentation)
        {
            using var byHand = SampleDataset.Create(
                ImageFolder.Read(_folder["all"], 1, 2, 2),
                ImageFolder.Read(_folder["test"], 1, 2, 2),
                0.1,
                augmentation
            );
            return byHand.Fingerprint;
        }
    }

    [Fact]
    public void ReadingTellsHowFarItIsAndWhatItLeftOut()
    {
        _folder.Write("all/a.png", Solid(10));
        _folder.Write("all/b.png", Solid(20));
        var broken = _folder.Write("all/c.png", "no image"u8);
        _folder.Write("test/d.png", Solid(40));
        _folder.Write("texts/a.txt", "some text"u8);
        var picture = _folder.Write("texts/b.txt", [0xFF, 0xD8, 0xFF, 0xE0]);
        var (ofImages, ofTexts) = (new Shares(), new Shares());

        using var images = new ImageFolderSource { Folder = _folder["all"], Test = _folder["test"] }.Read([1, 2, 2], null, null, ofImages);
        using var texts = new TextSource { Path = _folder["texts"] }.Read(static (_, _, _) => new ByteTokenizer(), 1, 0.5, null, ofTexts);

        Assert.Equal([1 / 6.0, 2 / 6.0, 3 / 6.0, 1], ofImages.Reported, static (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal(ofTexts.Reported.Order(), ofTexts.Reported);
        Assert.Equal(1, ofTexts.Reported[^1]);
        Assert.Contains(ofTexts.Reported, static share => share < 0.5);
        Assert.Equal(broken, Assert.Single(images.Problems).File);
        Assert.Equal(picture, Assert.Single(texts.Problems).File);
    }

    [Fact]
    public void IdxImagesOfAnotherSizeAreAnError()
    {
        _folder.Write("train-images-idx3-ubyte", Images);
        _folder.Write("train-labels-idx1-ubyte", Labels);
        var source = new IdxSource { Folder = _folder.ToString() };
        using var data = source.Read([1, 2, 3], 0.5);

        Assert.Equal((2, 2), (data.Training.Count, data.Validation.Count));
        Assert.Equal(
            $"The images in '{_folder}' are [1, 2, 3], but the model takes [1, 3, 2]; change the shape in the model's data.",
            Assert.Throws<ModelGenException>(() => source.Read([1, 3, 2], 0.5)).Message
        );
    }

    [Fact]
    public void SettingsOutOfRangeAreErrors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IdxSource { Folder = "a", CropPadding = -1 });
        Assert.Throws<ArgumentException>(() => new IdxSource { Folder = "a" }.Read([2, 3], 0.5));
    }

    private static byte[] Solid(byte level)
    {
        using var image = new Image<L8>(4, 4, new L8(level));
        using var stream = new MemoryStream();
        image.SaveAsPng(stream);
        return stream.ToArray();
    }
}
