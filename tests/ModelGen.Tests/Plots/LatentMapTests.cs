using ModelGen.Plots;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Plots;

public sealed class LatentMapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PointsStandAtTheirPlacesInTheirColours()
    {
        // A square of side 2 about the origin: 640 pixels show 2 × 1.08.
        const double PixelsPerUnit = 640 / 2.16;
        double[] points = [-1, -1, 1, -1, 1, 1, -1, 1];
        var canvas = LatentMap.Draw(points, [0, 1, 2, 3], ["a", "b", "c", "d"]);
        for (var index = 0; index < 4; index++)
        {
            var mark = Places(canvas, Palette.Series[index]).Where(static place => place.X < 740).ToArray();
            Assert.InRange(mark.Length, 20, 50);
            Assert.InRange(mark.Average(static place => place.X + 0.5) - (420 + (PixelsPerUnit * points[2 * index])), -0.6, 0.6);
            Assert.InRange(mark.Average(static place => place.Y + 0.5) - (368 - (PixelsPerUnit * points[(2 * index) + 1])), -0.6, 0.6);
        }
    }

    [Fact]
    public void BothAxesHaveOneScale()
    {
        var canvas = LatentMap.Draw([0, 0, 10, 1], null, []);
        var marks = Places(canvas, Palette.Series[0]).ToArray();
        var (left, right) = (marks.Where(static place => place.X < 400), marks.Where(static place => place.X > 400));
        var across = right.Average(static place => place.X) - left.Average(static place => place.X);
        var up = left.Average(static place => place.Y) - right.Average(static place => place.Y);
        Assert.Equal(10, across / up, 0.3);
    }

    [Fact]
    public void ManyClassesShareColoursInOtherShapesAndThenGrey()
    {
        var canvas = LatentMap.Draw(
            [.. Enumerable.Range(0, 80).Select(static value => (double)(value / 2))],
            [.. Enumerable.Range(0, 40).Select(static label => (long)label)],
            [.. Enumerable.Range(0, 40).Select(static label => $"{label}")]
        );
        Assert.Contains(Places(canvas, Palette.Other), static place => place.X < 740);

        // A disc, a square, a triangle and a diamond of one colour differ in how many pixels they fill.
        var marks = Places(canvas, Palette.Series[0])
            .Where(static place => place.X < 740)
            .GroupBy(static place => place.X / 60)
            .Select(static mark => mark.Count())
            .ToArray();
        Assert.Equal(4, marks.Length);
        Assert.InRange(marks.Distinct().Count(), 3, 4);
    }

    [Fact]
    public void PointsThatAreNotFiniteAreLeftOutAndCounted()
    {
        var clean = LatentMap.Draw([0, 0, 1, 1], null, []);
        var spoilt = LatentMap.Draw([0, 0, 1, 1, double.NaN, 0, 0, double.PositiveInfinity], null, []);
        Assert.Equal(Places(clean, Palette.Series[0]), Places(spoilt, Palette.Series[0]));
        Assert.NotEqual(Places(clean, Palette.Ink), Places(spoilt, Palette.Ink));
        Assert.Equal((clean.Width, clean.Height), (spoilt.Width, spoilt.Height));
    }

    [Fact]
    public void TensorsOfAnyFloatingPointTypeAreWritten()
    {
        using var points = torch.tensor([0f, 0f, 1f, 1f], [2, 2], requires_grad: true);
        using var labels = torch.tensor([0L, 2L]);
        LatentMap.Write(_folder["map.png"], points, labels);
        var canvas = LatentMap.Draw([0, 0, 1, 1], [0, 2], ["0", "1", "2"], "latent 1", "latent 2");
        var (width, height, pixels) = Png.Read(_folder["map.png"]);
        Assert.Equal((canvas.Width, canvas.Height), (width, height));
        Assert.Equal(Enumerable.Range(0, pixels.Length).Select(place => canvas[place % width, place / width]), pixels);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        LatentMap.Write(_folder["map.png"], points, labels, ["a", "b", "c"]);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void AxesHaveTheTitlesAskedFor()
    {
        using var points = torch.tensor([0f, 0f, 1f, 1f], [2, 2]);
        LatentMap.Write(_folder["map.png"], points, xTitle: "first component", yTitle: "second component");
        var canvas = LatentMap.Draw([0, 0, 1, 1], null, [], "first component", "second component");
        var (_, _, pixels) = Png.Read(_folder["map.png"]);
        Assert.Equal(Enumerable.Range(0, pixels.Length).Select(place => canvas[place % canvas.Width, place / canvas.Width]), pixels);

        // x's title stands below the plot, which is 640 pixels high, and y's above it.
        var bare = LatentMap.Draw([0, 0, 1, 1], null, []);
        var (onlyX, onlyY) = (LatentMap.Draw([0, 0, 1, 1], null, [], xTitle: "x"), LatentMap.Draw([0, 0, 1, 1], null, [], yTitle: "y"));
        Assert.All(Differences(bare, onlyX), static place => Assert.True(place.Y > 640));
        Assert.All(Differences(bare, onlyY), static place => Assert.True(place.Y < 60));
        Assert.NotEmpty(Differences(bare, onlyX));
        Assert.NotEmpty(Differences(bare, onlyY));

        static (int X, int Y)[] Differences(Canvas one, Canvas other) =>
            [
                .. Enumerable
                    .Range(0, one.Width * one.Height)
                    .Select(place => (X: place % one.Width, Y: place / one.Width))
                    .Where(place => one[place.X, place.Y] != other[place.X, place.Y]),
            ];
    }

    [Fact]
    public void WrongTensorsAreRefused()
    {
        using var points = torch.zeros(2, 2);
        using var wide = torch.zeros(2, 3);
        using var whole = torch.zeros([2, 2], dtype: ScalarType.Int64);
        using var labels = torch.tensor([0L, 2L]);
        using var negative = torch.tensor([0L, -1L]);
        using var few = torch.tensor([0L]);
        Assert.Throws<ArgumentException>(() => LatentMap.Write(_folder["a.png"], wide));
        Assert.Throws<ArgumentException>(() => LatentMap.Write(_folder["a.png"], whole));
        Assert.Throws<ArgumentException>(() => LatentMap.Write(_folder["a.png"], points, few));
        Assert.Throws<ArgumentException>(() => LatentMap.Write(_folder["a.png"], points, negative));
        Assert.Throws<ArgumentException>(() => LatentMap.Write(_folder["a.png"], points, labels, ["a", "b"]));
        Assert.Throws<ArgumentException>(() => LatentMap.Write(_folder["a.png"], points, null, ["a", "b"]));
    }

    private static List<(int X, int Y)> Places(Canvas canvas, Rgb24 colour)
    {
        var places = new List<(int X, int Y)>();
        for (var y = 0; y < canvas.Height; y++)
        {
            for (var x = 0; x < canvas.Width; x++)
            {
                if (canvas[x, y] == colour)
                {
                    places.Add((x, y));
                }
            }
        }

        return places;
    }
}
