using ModelGen.Data;

namespace ModelGen.Tests.Data;

/// <summary>Random PNG files of every kind and depth, interlaced or not, with palettes and transparency, against their own pixels.</summary>
public sealed class RandomPngTests : IDisposable
{
    private const int Count = 400;

    private static readonly (int Kind, int[] Depths, int Channels)[] Kinds =
    [
        (PngBytes.Grey, [1, 2, 4, 8, 16], 1),
        (PngBytes.Colour, [8, 16], 3),
        (PngBytes.Palette, [1, 2, 4, 8], 1),
        (PngBytes.GreyAlpha, [8, 16], 2),
        (PngBytes.ColourAlpha, [8, 16], 4),
    ];

    // Adam7: where each pass begins, and its steps.
    private static readonly (int Column, int Row, int Across, int Down)[] Passes =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachIsReadAsWhatWasWritten()
    {
        for (var seed = 0; seed < Count; seed++)
        {
            var random = new Random(seed);
            var (kind, depths, channels) = Kinds[random.Next(Kinds.Length)];
            var depth = depths[random.Next(depths.Length)];
            var (width, height) = (random.Next(1, 20), random.Next(1, 20));
            var most = (1 << depth) - 1;
            var samples = new int[height, width, channels];
            foreach (var (row, column) in Places(width, height))
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    samples[row, column, channel] = random.Next(most + 1);
                }
            }

            // Less than a sixteenth of the range of 16 bits is refused as 12 bits unscaled.
            samples[0, 0, 0] = most;
            var palette = Enumerable.Range(0, 3 << depth).Select(_ => (byte)random.Next(256)).ToArray();
            var alphas = Enumerable.Range(0, random.Next(1 << depth) + 1).Select(_ => (byte)random.Next(256)).ToArray();
            var isInterlaced = random.Next(2) == 0;
            var isKeyed = kind is PngBytes.Palette or PngBytes.Grey or PngBytes.Colour && random.Next(2) == 0;
            var key = Enumerable.Range(0, channels).Select(channel => samples[height - 1, width - 1, channel]).ToArray();
            var content = PngBytes.Of(
                (width, height),
                depth,
                kind,
                Rows(samples, depth, isInterlaced),
                isInterlaced,
                [
                    .. random.Next(2) == 0 ? [("tEXt", new byte[random.Next(2000)])] : Array.Empty<(string, byte[])>(),
                    .. kind == PngBytes.Palette ? [("PLTE", palette)] : Array.Empty<(string, byte[])>(),
                    .. isKeyed
                        ?
                        [
                            (
                                "tRNS",
                                kind == PngBytes.Palette
                                    ? alphas
                                    : [.. key.SelectMany(static sample => new[] { (byte)(sample >> 8), (byte)sample })]
                            ),
                        ]
                        : Array.Empty<(string, byte[])>(),
                ]
            );
            var pixels = new byte[3 * width * height];

            var problem = ImageFile.Read(_folder.Write("a.png", content), 3, height, width, pixels);
            if (isInterlaced && width < 5)
            {
                Assert.Contains($"only {width} pixels wide", problem, StringComparison.Ordinal);
                continue;
            }

            if (isKeyed && depth == 16)
            {
                Assert.Contains("16 bits per channel and a transparent colour", problem, StringComparison.Ordinal);
                continue;
            }

            Assert.Null(problem);
            CheckDamaged(content, random.Next(8 * content.Length), height, width, pixels);

            foreach (var (row, column) in Places(width, height))
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    // A value, its alpha and their mixture with white are each rounded to eight bits.
                    Assert.Equal(
                        Expected(row, column, channel),
                        (double)pixels[(((channel * height) + row) * width) + column],
                        tolerance: isKeyed || kind is PngBytes.GreyAlpha or PngBytes.ColourAlpha ? 1.5 : 0.501
                    );
                }
            }

            double Expected(int row, int column, int channel)
            {
                if (kind == PngBytes.Palette)
                {
                    var entry = samples[row, column, 0];
                    return OnWhite(palette[(3 * entry) + channel], isKeyed && entry < alphas.Length ? alphas[entry] / 255.0 : 1);
                }

                var hasAlpha = kind is PngBytes.GreyAlpha or PngBytes.ColourAlpha;
                if (isKeyed && key.Select((sample, i) => samples[row, column, i] == sample).All(static isSame => isSame))
                {
                    return 255;
                }

                var value = samples[row, column, channels > 2 ? channel : 0] * 255.0 / most;
                return OnWhite(value, hasAlpha ? samples[row, column, channels - 1] / (double)most : 1);
            }
        }
    }

    // Nothing but the picture or a reason, whichever bit is another.
    private void CheckDamaged(byte[] content, int bit, int height, int width, byte[] pixels)
    {
        content[bit / 8] ^= (byte)(1 << (bit % 8));
        var read = new byte[pixels.Length];
        if (ImageFile.Read(_folder.Write("a.png", content), 3, height, width, read) is null)
        {
            Assert.Equal(pixels, read);
        }
    }

    private static double OnWhite(double value, double alpha) => (value * alpha) + (255 * (1 - alpha));

    private static IEnumerable<(int Row, int Column)> Places(int width, int height) =>
        from row in Enumerable.Range(0, height)
        from column in Enumerable.Range(0, width)
        select (row, column);

    private static IEnumerable<byte[]> Rows(int[,,] samples, int depth, bool isInterlaced)
    {
        var (height, width) = (samples.GetLength(0), samples.GetLength(1));
        foreach (var (firstColumn, firstRow, across, down) in isInterlaced ? Passes : [(0, 0, 1, 1)])
        {
            for (var row = firstRow; row < height && firstColumn < width; row += down)
            {
                var bits = new List<bool>();
                for (var column = firstColumn; column < width; column += across)
                {
                    for (var channel = 0; channel < samples.GetLength(2); channel++)
                    {
                        for (var bit = depth - 1; bit >= 0; bit--)
                        {
                            bits.Add(((samples[row, column, channel] >> bit) & 1) != 0);
                        }
                    }
                }

                yield return [.. bits.Chunk(8).Select(static eight => (byte)eight.Select(static (bit, i) => bit ? 0x80 >> i : 0).Sum())];
            }
        }
    }
}
