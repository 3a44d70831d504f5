using ModelGen.Plots;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Tests.Plots;

public sealed class CurvesTests : IDisposable
{
    private static readonly Rgb24 Blue = Palette.Series[0];
    private static readonly Rgb24 Vermilion = Palette.Series[1];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALineRunsThroughItsValues(bool logarithmic)
    {
        // Straight on its scale, so the middle lies half-way.
        double[] values = logarithmic ? [1, 10, 100] : [0, 50, 100];
        var canvas = Curves.Draw([new Curve("a", [(0, values[0]), (100, values[1]), (200, values[2])])], "loss", logarithmic);
        var line = Places(canvas, Blue).Where(static place => place.Y > 60).ToArray();
        var (left, right) = (line.Min(static place => place.X), line.Max(static place => place.X));
        var (top, bottom) = (line.Min(static place => place.Y), line.Max(static place => place.Y));
        Assert.InRange(right - left, 760, 770);
        Assert.All(line, place =>
            Assert.InRange(place.Y - (bottom - ((place.X - left) * (bottom - top) / (double)(right - left))), -2.5, 2.5)
        );
    }

    [Fact]
    public void ALineBreaksWhereAValueIsNotANumberAndLoneValuesAreMarked()
    {
        var canvas = Curves.Draw(
            [
                new Curve("a", [(0, 1), (1, 1), (2, double.NaN), (3, 1), (4, double.PositiveInfinity), (5, 1), (10, 1)]),
                new Curve("b", [(0, 0), (10, 2)]),
            ],
            "loss",
            logarithmic: false
        );
        var columns = Places(canvas, Blue)
            .Where(static place => place.Y > 60)
            .Select(static place => (place.X - 110) / 76.6)
            .Order()
            .ToArray();
        Assert.DoesNotContain(columns, static step => step is > 1.1 and < 2.9 or > 3.1 and < 4.9);
        Assert.Contains(columns, static step => step is > 2.9 and < 3.1);
        Assert.Contains(columns, static step => step is > 0.2 and < 0.8);
        Assert.Contains(columns, static step => step is > 6 and < 9);
    }

    [Fact]
    public void ALogarithmicAxisLeavesOutWhatItCannotShow()
    {
        var canvas = Curves.Draw([new Curve("a", [(0, 1), (1, 0), (2, -3), (3, 10), (4, 20)])], "loss", logarithmic: true);
        Assert.Contains(Places(canvas, Blue), static place => place.Y > 60);
    }

    [Fact]
    public void EveryCurveIsInTheLegend()
    {
        var canvas = Curves.Draw(
            [.. Enumerable.Range(0, Curves.Most).Select(static index => new Curve($"a rather long name {index}", []))],
            "loss",
            logarithmic: false
        );
        for (var index = 0; index < Curves.Most; index++)
        {
            Assert.InRange(Places(canvas, Palette.Series[index]).Count, 50, 200);
        }
    }

    [Fact]
    public void TheFileHoldsTheImage()
    {
        Curve[] curves = [new("a", [(0, 1), (9, 2)]), new("b", [(0, 2), (9, 1)])];
        Curves.Write(_folder["sub/curves.png"], curves, "loss");
        var canvas = Curves.Draw(curves, "loss", logarithmic: false);
        var (width, height, pixels) = Png.Read(_folder["sub/curves.png"]);
        Assert.Equal((900, 560), (width, height));
        Assert.Equal(Enumerable.Range(0, pixels.Length).Select(place => canvas[place % width, place / width]), pixels);
        Assert.Contains(Vermilion, pixels);
    }

    [Fact]
    public void NoCurvesAndTooManyAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Curves.Write(_folder["a.png"], [], "loss"));
        Assert.Throws<ArgumentException>(() => Curves.Write(_folder["a.png"], [.. Enumerable.Repeat(new Curve("a", []), 9)], "loss"));
        Directory.CreateDirectory(_folder["taken.png"]);
        Assert.Throws<ModelGenException>(() => Curves.Write(_folder["taken.png"], [new Curve("a", [])], "loss"));
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
