using System.Numerics;
using System.Security.Cryptography;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

public class DrawnDigitsTests
{
    /// <summary>The hashes come from a second implementation, in Python, whose numbers are IEEE 754 doubles as well.</summary>
    [Theory]
    [InlineData(1, 28, "ced0d08a6940acf77a5ee6006262bf9ecfbb2f9472e943f377c6697dc596da3b")]
    [InlineData(2, 28, "dbcd83d4b7fa1d2765a5d0a7d87916c3ecebfc6b3df4a0b72ea1055faf0788e2")]
    [InlineData(1, 16, "c728cb4467f4802f869d84bf63ffcd8718c409ce9cde5ed62790e357c3868d7a")]
    public void ASeedGivesTheSameBytesEverywhere(ulong seed, int size, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(DrawnDigits.Create(200, seed, size).Pixels.Span)));

    [Fact]
    public void TenClassesAreInBalance()
    {
        var images = DrawnDigits.Create(1000, 1);
        Assert.Equal((1000, 1, 28, 28), (images.Count, images.Channels, images.Height, images.Width));
        Assert.Equal(Enumerable.Repeat(100, 10), images.ClassCounts);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], images.Classes);
        Assert.Equal(Enumerable.Range(0, 1000).Select(static index => index % 10), images.Labels);
    }

    [Fact]
    public void AnImageDoesNotDependOnHowManyThereAre() =>
        Assert.Equal(DrawnDigits.Create(30, 4).Pixels.ToArray(), DrawnDigits.Create(100, 4).Pixels[..(30 * 784)].ToArray());

    [Fact]
    public void NoTwoImagesAreAlike()
    {
        var images = DrawnDigits.Create(300, 1);
        Assert.Equal(300, Enumerable.Range(0, 300).Select(index => Convert.ToHexString(images.Image(index))).Distinct().Count());
    }

    [Theory]
    [InlineData(12)]
    [InlineData(28)]
    [InlineData(64)]
    public void EveryDigitIsInkOnAnEmptyEdge(int size)
    {
        var images = DrawnDigits.Create(300, 1, size);
        for (var index = 0; index < images.Count; index++)
        {
            var image = images.Image(index).ToArray();
            Assert.InRange(image.Count(static pixel => pixel > 128) / (double)image.Length, 0.015, 0.3);
            Assert.InRange(image.Max(), 150, 255);

            // Strokes may reach an edge; an image that is cut off has much ink there.
            var edge = Enumerable
                .Range(0, size)
                .Sum(at => image[at] + image[(size * (size - 1)) + at] + image[at * size] + image[(at * size) + size - 1]);
            Assert.InRange(edge / 255.0 / size, 0, 0.3);
        }
    }

    [Fact]
    public void TheClassesCanBeLearntButAreNotTrivial()
    {
        var training = DrawnDigits.Create(1000, 1);
        var test = DrawnDigits.Create(300, 2);
        var everyImage = Enumerable
            .Range(0, 1000)
            .Select(index => Array.ConvertAll(training.Image(index).ToArray(), static pixel => (float)pixel))
            .ToArray();
        var means = new float[10][];
        for (var digit = 0; digit < 10; digit++)
        {
            means[digit] =
            [
                .. Enumerable
                    .Range(0, 784)
                    .Select(place => Enumerable.Range(0, 100).Average(each => everyImage[(10 * each) + digit][place])),
            ];
        }

        Assert.InRange(Accuracy(test, means), 0.80, 0.95);
        Assert.InRange(Accuracy(test, everyImage), 0.90, 0.99);
    }

    [Fact]
    public void ImpossibleSizesAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnDigits.Create(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnDigits.Create(1, 1, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnDigits.Create(int.MaxValue, 1));
    }

    /// <summary>The part of images whose nearest prototype, prototype i of digit i mod 10, is of their class.</summary>
    private static double Accuracy(ImageCollection images, float[][] prototypes) =>
        Enumerable
            .Range(0, images.Count)
            .Average(index =>
            {
                var image = Array.ConvertAll(images.Image(index).ToArray(), static pixel => (float)pixel);
                var nearest = Enumerable.Range(0, prototypes.Length).MinBy(each => Distance(image, prototypes[each]));
                return nearest % 10 == images.Labels![index] ? 1.0 : 0.0;
            });

    private static float Distance(float[] one, float[] other)
    {
        var sum = Vector<float>.Zero;
        for (var place = 0; place < one.Length; place += Vector<float>.Count)
        {
            var difference = new Vector<float>(one, place) - new Vector<float>(other, place);
            sum += difference * difference;
        }

        return Vector.Sum(sum);
    }
}
