using ModelGen.Data;
using ModelGen.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    // Made by Pillow 9.4. Colours: [[FF0000, 00FF00, 0000FF], [0A141E, C89664, 070707]].
    private static readonly byte[] Colours = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAGElEQVR42mP4z8DAAMFcInInpqWws7MDADgLBRFZuITVAAAAAElFTkSuQmCC"
    );

    // One row: red at alpha 128, black at alpha 0, 0A141E at alpha 255.
    private static readonly byte[] Transparent = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAYAAAAb4BS0AAAAFUlEQVR42mP4z8DQwMDAwMAlIvcfABIgArsgiqAJAAAAAElFTkSuQmCC"
    );

    // 12 × 8 grey: 15 x + 9 y, at quality 95.
    private static readonly byte[] Baseline = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIAAwBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APk//gnd+y3/AMeP/Eu/u/wV+yvwR/Zb/wCLeWf/ABLvX+D2Ff/Z"
    );

    private static readonly byte[] Progressive = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wgALCAAIAAwBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/2gAIAQEAAAABJ7K//8QAGBAAAgMAAAAAAAAAAAAAAAAAAAYFByX/2gAIAQEAAQUCrtWIRWz/AP/EABYQAAMAAAAAAAAAAAAAAAAAAAACI//aAAgBAQAGPwJJiTP/xAAXEAEAAwAAAAAAAAAAAAAAAAAAQaHh/9oACAEBAAE/IaKGUf/aAAgBAQAAABB//8QAFxABAAMAAAAAAAAAAAAAAAAAAAGRof/aAAgBAQABPxBLZcw//9k="
    );

    // 16 × 8, the left half white, with the note that it is to be turned by 90 degrees clockwise.
    private static readonly byte[] Turned = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AP38r+AOv//Z"
    );

    // 24 × 16: red 10 x, green 15 y, blue 128 + 60 sin(x / 3) cos(y / 4).
    private static readonly byte[] Waves = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAABbUlEQVR42o3T247VMAyF4a/HPRMJEMM8MC+MBBJodnfbhAuPS+AKK6qqKOuPvewMfC1ei8/Fh+KpGIu9+Fl8L77l+lH8Ko5iLJ6Lj8VL8Vp8SeFt9gmtW5VK8ycGBsZuxU7EuyRAlZM9Dx0cnDQGJmaW7n9OUAgPxgCdPJhTefDgoDEyc6NxMrKyMNHy5MR5gTawc3H3BK2cTFQGFlYmcHCnMQdoz0SitKvSysiNMRPsq2t58c50gc7Ov97+KZNqf3s/JOgIYYDC3Zri6NGUl0+JG/LAmR4/OPuu7Wy5G74s3Lgx8cTKzNgZvHH0wiujO29pcLRpYM26Shpcc0rOLO2NO8cF2rizJaixpNmR3XOCNk7esmtbZHANZGxtOalzV+bMmmWGj1uWeTn1uJ7I5V+YHRZG9MbXNH7M5obquED/E0P3/SdagMbu2tY1Wz6omoNWM9mW0BDOF2jJqWv5RKdO+f6gqPkMa055CIffbLW0Le3cHbQAAAAASUVORK5CYII="
    );

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EverySubFolderIsAClassInOrdinalOrder()
    {
        _folder.Write("cat/2.png", Solid(2));
        _folder.Write("cat/10.png", Solid(1));
        _folder.Write("Dog/deep/er/x.png", Solid(0));
        _folder.Write("ant/a.png", Solid(3));
        _folder.Write(".hidden/a.png", Solid(4));
        _folder.Write("ant/.hidden.png", Solid(5));
        var images = ImageFolder.Read(_folder.ToString(), 1, 2, 2);
        Assert.Equal(["Dog", "ant", "cat"], images.Classes);
        Assert.Equal([0, 1, 2, 2], images.Labels);
        Assert.Equal([1, 1, 2], images.ClassCounts);
        Assert.Equal([0, 3, 1, 2], Enumerable.Range(0, 4).Select(index => (int)images.Image(index)[0]));
        Assert.Empty(images.Problems);
    }

    [Fact]
    public void ImagesOfTheFolderItselfHaveNoLabels()
    {
        _folder.Write("b.png", Solid(2));
        _folder.Write("a.jpg", Solid(1)); // told by content
        var images = ImageFolder.Read(_folder.ToString(), 3, 2, 2);
        Assert.Null(images.Labels);
        Assert.Empty(images.Classes);
        Assert.Equal<byte>([.. Enumerable.Repeat((byte)1, 12), .. Enumerable.Repeat((byte)2, 12)], images.Pixels.ToArray());
    }

    [Fact]
    public void APngOfTheSizeAskedForComesByteForByte()
    {
        _folder.Write("a.png", Colours);
        Assert.Equal<byte>(
            [255, 0, 0, 10, 200, 7, 0, 255, 0, 20, 150, 7, 0, 0, 255, 30, 100, 7],
            ImageFolder.Read(_folder.ToString(), 3, 2, 3).Pixels.ToArray()
        );
        Assert.Equal<byte>([76, 150, 29, 18, 159, 7], ImageFolder.Read(_folder.ToString(), 1, 2, 3).Pixels.ToArray()); // Pillow's "L"
    }

    [Fact]
    public void WhatIsTransparentLiesOnWhite()
    {
        _folder.Write("a.png", Transparent);
        Assert.Equal<byte>([255, 255, 10, 127, 255, 20, 127, 255, 30], ImageFolder.Read(_folder.ToString(), 3, 1, 3).Pixels.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AJpegComesWithinItsTolerance(bool progressive)
    {
        _folder.Write("a.jpg", progressive ? Progressive : Baseline);
        var pixels = ImageFolder.Read(_folder.ToString(), 1, 8, 12).Pixels.ToArray();
        for (var place = 0; place < pixels.Length; place++)
        {
            Assert.InRange(pixels[place] - (15 * (place % 12)) - (9 * (place / 12)), -2, 2);
        }
    }

    [Fact]
    public void AnImageIsTurnedAsItsCameraRecorded()
    {
        _folder.Write("a.jpg", Turned);
        var pixels = ImageFolder.Read(_folder.ToString(), 1, 16, 8).Pixels.ToArray();
        Assert.All(pixels[..64], static pixel => Assert.InRange(pixel, 253, 255));
        Assert.All(pixels[64..], static pixel => Assert.InRange(pixel, 0, 2));
    }

    /// <summary>Against Pillow 9.4: resize to 12 × 8 with its bicubic filter, then the middle 8 × 8, the blue channel.</summary>
    [Fact]
    public void TheShorterSideIsScaledAndTheCentreKept()
    {
        int[] expected =
        [
            187,
            177,
            146,
            107,
            77,
            69,
            86,
            121,
            176,
            168,
            143,
            111,
            86,
            80,
            94,
            122,
            154,
            149,
            136,
            119,
            106,
            102,
            110,
            125,
            125,
            125,
            127,
            129,
            131,
            131,
            130,
            129,
            96,
            102,
            118,
            139,
            155,
            159,
            150,
            132,
            76,
            85,
            112,
            147,
            172,
            180,
            165,
            134,
            69,
            79,
            110,
            149,
            179,
            187,
            170,
            135,
            75,
            84,
            112,
            147,
            173,
            181,
            165,
            135,
        ];
        _folder.Write("a.png", Waves);
        var image = ImageFolder.Read(_folder.ToString(), 3, 8, 8).Pixels.ToArray();
        for (var place = 0; place < 64; place++)
        {
            Assert.InRange(image[place] - (45 + (20 * (place % 8))), -1, 1);
            Assert.InRange(image[128 + place] - expected[place], -1, 1);
        }
    }

    [Fact]
    public void FilesThatCannotBeUsedAreTold()
    {
        _folder.Write("a/cut.jpg", Baseline.AsSpan(0, Baseline.Length - 2));
        _folder.Write("a/cut.png", Waves.AsSpan(0, Waves.Length / 2));
        _folder.Write("a/empty.png", []);
        _folder.Write("a/good.png", Solid(9));
        _folder.Write("a/notes.txt", "notes"u8);
        var flipped = (byte[])Waves.Clone();
        flipped[100] ^= 0xFF;
        _folder.Write("a/wrong.png", flipped);
        _folder.Write("b/notes.txt", "notes"u8);
        var images = ImageFolder.Read(_folder.ToString(), 1, 2, 2);
        Assert.Equal(1, images.Count);
        Assert.Equal(9, images.Pixels.Span[0]);
        Assert.Equal([1, 0], images.ClassCounts);
        Assert.Equal(
            [
                _folder["a/cut.jpg"],
                _folder["a/cut.png"],
                _folder["a/empty.png"],
                _folder["a/notes.txt"],
                _folder["a/wrong.png"],
                _folder["b"],
                _folder["b/notes.txt"],
            ],
            images.Problems.Select(static problem => problem.File)
        );
        Assert.Equal("is a truncated JPEG file", images.Problems[0].Reason);
        Assert.StartsWith("is damaged", images.Problems[1].Reason);
        Assert.Equal("is empty", images.Problems[2].Reason);
        Assert.Equal("is neither PNG nor JPEG", images.Problems[3].Reason);
        Assert.StartsWith("is damaged", images.Problems[4].Reason);
        Assert.Equal("holds no usable image", images.Problems[5].Reason);
    }

    [Fact]
    public void EveryPrefixOfAFileIsAProblem()
    {
        _folder.Write("good.png", Solid(1));
        foreach (var whole in new[] { Colours, Waves, Baseline, Progressive, Turned })
        {
            for (var length = 0; length < whole.Length; length++)
            {
                _folder.Write($"{length:D4}", whole.AsSpan(0, length));
            }

            var images = ImageFolder.Read(_folder.ToString(), 1, 2, 2);

            // A PNG file's last 12 bytes say only that it ends.
            var missed = Enumerable
                .Range(0, whole.Length)
                .Except(images.Problems.Select(static problem => int.Parse(Path.GetFileName(problem.File))));
            Assert.All(missed, length => Assert.True(whole[0] == 0x89 && length >= whole.Length - 12, $"{length} of {whole.Length} bytes"));
        }
    }

    [Fact]
    public void DamagedFilesNeverEndTheReading()
    {
        var random = new Random(5);
        _folder.Write("good.png", Solid(1));
        foreach (var whole in new[] { Colours, Waves, Baseline, Progressive })
        {
            for (var round = 0; round < 100; round++)
            {
                var damaged = (byte[])whole.Clone();
                for (var hit = 0; hit <= round % 4; hit++)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                _folder.Write($"{round}", damaged);
            }

            var images = ImageFolder.Read(_folder.ToString(), 1, 2, 2);
            Assert.Equal(101, images.Count + images.Problems.Count);
        }
    }

    [Fact]
    public void AnImageThatClaimsTooManyPixelsIsAProblem()
    {
        var huge = (byte[])Colours.Clone();
        new byte[] { 0, 0, 0x80, 0, 0, 0, 0x80, 0 }.CopyTo(huge, 16); // 32768 × 32768
        new byte[] { 0x4B, 0x1E, 0x34, 0x28 }.CopyTo(huge, 29); // the header's checksum
        _folder.Write("huge.png", huge);
        _folder.Write("good.png", Solid(1));
        Assert.Equal("is too large: 32768 × 32768 pixels", ImageFolder.Read(_folder.ToString(), 1, 2, 2).Problems.Single().Reason);
    }

    [Fact]
    public void FoldersWithoutAUsableImageAreRefused()
    {
        Assert.Contains("does not exist", Failure(() => ImageFolder.Read(_folder["none"], 1, 2, 2)));
        Assert.Contains("holds no images", Failure(() => ImageFolder.Read(_folder.ToString(), 1, 2, 2)));
        _folder.Write("a.txt", "a"u8);
        _folder.Write("b.txt", "b"u8);
        Assert.Contains(
            $"holds no usable image: '{_folder["a.txt"]}' is neither PNG nor JPEG, and 1 more;",
            Failure(() => ImageFolder.Read(_folder.ToString(), 1, 2, 2))
        );
        _folder.Write("c/a.png", Solid(1));
        _folder.Write("d", Solid(1)); // a PNG whatever it is called
        Assert.Contains("holds both images ('d') and sub-folders ('c')", Failure(() => ImageFolder.Read(_folder.ToString(), 1, 2, 2)));
    }

    [Fact]
    public void LinksThatLeadBackAddNoPicturesAndNoClasses()
    {
        _folder.Write("pics/cat/a.png", Solid(1));
        _folder.Write("pics/dog/b.png", Solid(2));
        Link("pics/cat/up", "..");
        Link("pics/loop", ".");
        Link("pics/above", "..");
        Link("pics/cats", "cat");
        Link("pics/dog/cat", "../cat");
        Link("pics/round", "round");
        Link("pics/dog/gone.png", "nowhere.png");
        var images = ImageFolder.Read(_folder["pics"], 1, 2, 2);
        Assert.Equal(["cat", "dog"], images.Classes);
        Assert.Equal([1, 1], images.ClassCounts);
        var (root, cat) = (RealPath.Of(_folder["pics"]), RealPath.Of(_folder["pics/cat"]));
        Assert.Equal(
            [
                Problem("pics/above", $"is a link to '{Path.GetDirectoryName(root)}', which contains this folder"),
                Problem("pics/cat/up", $"is a link to '{root}', which is read already"),
                Problem("pics/cats", $"is a link to '{cat}', which is read already"),
                Problem("pics/dog/cat", $"is a link to '{cat}', which is read already"),
                Problem("pics/dog/gone.png", "is a link that leads nowhere"),
                Problem("pics/loop", $"is a link to '{root}', which is read already"),
                Problem("pics/round", "is a link that leads nowhere"),
            ],
            images.Problems
        );

        FileProblem Problem(string name, string reason) => new(_folder[name], reason);
    }

    [Fact]
    public void LinksToWhatLiesElsewhereAreRead()
    {
        _folder.Write("elsewhere/horses/h.png", Solid(3));
        _folder.Write("elsewhere/horses/foals/f.png", Solid(4));
        _folder.Write("elsewhere/d.png", Solid(2));
        _folder.Write("pics/cat/a.png", Solid(1));
        Directory.CreateDirectory(_folder["pics/dog"]);
        Link("pics/dog/d.png", "../../elsewhere/d.png");
        Link("pics/horse", "../elsewhere/horses");
        Link("start", "pics");
        var images = ImageFolder.Read(_folder["start"], 1, 2, 2);
        Assert.Equal(["cat", "dog", "horse"], images.Classes);
        Assert.Equal([1, 2, 4, 3], Enumerable.Range(0, 4).Select(index => (int)images.Image(index)[0]));
        Assert.Empty(images.Problems);
    }

    /// <summary>Folders that all link to each other have more paths than anyone can walk.</summary>
    [Fact]
    public void ManyLinksInACircleEnd()
    {
        for (var folder = 0; folder < 30; folder++)
        {
            _folder.Write($"{folder:D2}/a.png", Solid((byte)folder));
            for (var other = 0; other < 30; other++)
            {
                Link($"{folder:D2}/to-{other:D2}", $"../{other:D2}");
            }
        }

        var images = ImageFolder.Read(_folder.ToString(), 1, 2, 2);
        Assert.Equal(Enumerable.Repeat(1, 30), images.ClassCounts);
        Assert.Equal(900, images.Problems.Count);
    }

    [Fact]
    public void WhatSystemsAndToolsLeaveBehindIsNoClassAndNoPicture()
    {
        foreach (var place in new[] { "", "cat/", "dog/" })
        {
            _folder.Write(place + "Thumbs.db", [0xD0, 0xCF, 0x11, 0xE0]);
            _folder.Write(place + "desktop.ini", "[.ShellClassInfo]"u8);
            _folder.Write(place + ".DS_Store", [0, 0, 0, 1]);
        }

        _folder.Write("__MACOSX/cat/._a.png", [0, 5, 0x16, 7]);
        _folder.Write("__MACOSX/cat/a.png", Solid(9));
        _folder.Write("cat/a.png", Solid(1));
        _folder.Write("dog/b.png", Solid(2));
        var images = ImageFolder.Read(_folder.ToString(), 1, 2, 2);
        Assert.Equal(["cat", "dog"], images.Classes);
        Assert.Equal(2, images.Count);
        Assert.Empty(images.Problems);

        _folder.Write("labels.csv", "a.png,cat"u8);
        _folder.Write("cat/notes.txt", "a cat"u8);
        Assert.Equal(
            [
                new FileProblem(_folder["cat/notes.txt"], "is neither PNG nor JPEG"),
                new FileProblem(_folder["labels.csv"], "is not an image, and belongs to no class"),
            ],
            ImageFolder.Read(_folder.ToString(), 1, 2, 2).Problems
        );
    }

    [Fact]
    public void ReadingStopsWhenCancelled()
    {
        _folder.Write("a.png", Solid(1));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ImageFolder.Read(_folder.ToString(), 1, 2, 2, null, new CancellationToken(true))
        );
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_folder[name], target);

    private static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;

    private static byte[] Solid(byte grey)
    {
        using var image = new Image<L8>(2, 2, new L8(grey));
        using var content = new MemoryStream();
        image.SaveAsPng(content);
        return content.ToArray();
    }
}
