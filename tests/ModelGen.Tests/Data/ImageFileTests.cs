using System.Text;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

/// <summary>Pictures as people have them.</summary>
public sealed class ImageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void APngThatLacksRowsIsTold(int rows) =>
        Assert.Equal(
            $"is a truncated PNG file: it holds {rows} of 5 rows",
            Reason(PngBytes.Of((4, 5), 8, PngBytes.Grey, Enumerable.Repeat(new byte[4], rows)))
        );

    [Fact]
    public void AnInterlacedPngIsReadAndToldIfItLacksPixels()
    {
        // 5 × 5 in the seven passes of Adam7, 10 r + c at row r and column c.
        byte[][] passes =
        [
            [0],
            [4],
            [40, 44],
            [2],
            [42],
            [20, 22, 24],
            [1, 3],
            [21, 23],
            [41, 43],
            [10, 11, 12, 13, 14],
            [30, 31, 32, 33, 34],
        ];
        Assert.Equal(
            Enumerable.Range(0, 25).Select(static place => (byte)((10 * (place / 5)) + (place % 5))),
            Pixels(PngBytes.Of((5, 5), 8, PngBytes.Grey, passes, isInterlaced: true), 1, 5, 5)
        );
        Assert.Equal(
            "is a truncated PNG file: it holds 30 of 36 bytes of pixels",
            Reason(PngBytes.Of((5, 5), 8, PngBytes.Grey, passes[..^1], isInterlaced: true))
        );
    }

    // The decoder would not end on them.
    [Theory]
    [InlineData(1, 9)]
    [InlineData(2, 10)]
    [InlineData(4, 3)]
    public void AnInterlacedPngOfTooFewColumnsIsTold(int width, int height) =>
        Assert.Equal(
            $"is interlaced and only {width} pixels wide, which is not read; save it without interlacing",
            Reason(PngBytes.Of((width, height), 8, PngBytes.Grey, [new byte[100]], isInterlaced: true))
        );

    [Fact]
    public void APngWithTwoHeadersIsTold() =>
        Assert.Equal(
            "is damaged: it has two headers",
            Reason(PngBytes.Of((5, 1), 8, PngBytes.Grey, [new byte[5]], false, ("IHDR", [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 1])))
        );

    /// <summary>Text, profiles and the like cost nothing, whether they are large or unpack to much.</summary>
    [Theory]
    [InlineData("tEXt", false)]
    [InlineData("iTXt", false)]
    [InlineData("eXIf", false)]
    [InlineData("zTXt", true)]
    [InlineData("iCCP", true)]
    public void MetadataCostNoMemory(string type, bool isPacked)
    {
        var large = new byte[50_000_000];
        byte[] data = isPacked ? [.. "name\0\0"u8, .. PngBytes.Packed(large)] : large;
        var path = _folder.Write(
            "a.png",
            PngBytes.Of(
                (2, 1),
                8,
                PngBytes.Grey,
                [
                    [7, 9],
                ],
                false,
                (type, data)
            )
        );
        var target = new byte[2];
        Assert.Null(ImageFile.Read(path, 1, 1, 2, target)); // what the decoder reserves once
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(ImageFile.Read(path, 1, 1, 2, target));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal([7, 9], target);
    }

    [Fact]
    public void SixteenBitsAreScaledToEight()
    {
        // 255 / 65535 of the value, rounded.
        Assert.Equal<byte>(
            [0, 1, 128, 255],
            Pixels(
                PngBytes.Of(
                    (4, 1),
                    16,
                    PngBytes.Grey,
                    [
                        [0, 0, 1, 1, 0x80, 0x80, 0xFF, 0xFF],
                    ]
                ),
                1,
                1,
                4
            )
        );
        Assert.Equal<byte>(
            [0, 0],
            Pixels(
                PngBytes.Of(
                    (2, 1),
                    16,
                    PngBytes.Grey,
                    [
                        [0, 0, 0, 0],
                    ]
                ),
                1,
                1,
                2
            )
        );
        Assert.Equal<byte>(
            [255, 0, 16],
            Pixels(
                PngBytes.Of(
                    (1, 1),
                    16,
                    PngBytes.Colour,
                    [
                        [0xFF, 0xFF, 0, 0, 0x10, 0x10],
                    ]
                ),
                3,
                1,
                1
            )
        );
    }

    [Fact]
    public void TwelveBitsInSixteenAreToldInsteadOfBecomingBlack()
    {
        Assert.Equal(
            "has 16 bits per channel but no value above 4095, so it would be all but black; save it with values up to 65535, or with 8 "
                + "bits per channel",
            Reason(
                PngBytes.Of(
                    (2, 1),
                    16,
                    PngBytes.Grey,
                    [
                        [0x0F, 0xFF, 0x01, 0x00],
                    ]
                )
            )
        );
        Assert.Null(
            Reason(
                PngBytes.Of(
                    (2, 1),
                    16,
                    PngBytes.Grey,
                    [
                        [0x10, 0x00, 0x01, 0x00],
                    ]
                )
            )
        );
    }

    [Fact]
    public void TransparencyOfEveryKindLiesOnWhite()
    {
        Assert.Equal<byte>(
            [255, 255, 255, 0, 0, 255, 127, 127, 255],
            Transposed(
                Pixels(
                    PngBytes.Of(
                        (3, 1),
                        8,
                        PngBytes.Palette,
                        [
                            [0, 1, 2],
                        ],
                        false,
                        ("PLTE", [255, 0, 0, 0, 0, 255, 0, 0, 255]),
                        ("tRNS", [0, 255, 128])
                    ),
                    3,
                    1,
                    3
                )
            )
        );
        Assert.Equal<byte>(
            [255, 10, 40],
            Pixels(
                PngBytes.Of(
                    (3, 1),
                    8,
                    PngBytes.GreyAlpha,
                    [
                        [10, 0, 10, 255, 40, 255],
                    ]
                ),
                1,
                1,
                3
            )
        );
        Assert.Equal<byte>(
            [255, 9],
            Pixels(
                PngBytes.Of(
                    (2, 1),
                    8,
                    PngBytes.Grey,
                    [
                        [7, 9],
                    ],
                    false,
                    ("tRNS", [0, 7])
                ),
                1,
                1,
                2
            )
        );
    }

    [Theory]
    [InlineData(1, "A0", "FF 00 FF 00")]
    [InlineData(2, "1B", "00 55 AA FF")]
    [InlineData(4, "01 8F", "00 11 88 FF")]
    public void FewerThanEightBitsAreScaledUp(int depth, string row, string pixels) =>
        Assert.Equal(
            Convert.FromHexString(pixels.Replace(" ", "")),
            Pixels(PngBytes.Of((4, 1), depth, PngBytes.Grey, [Convert.FromHexString(row.Replace(" ", ""))]), 1, 1, 4)
        );

    [Theory]
    [InlineData("GIF89a..............", "GIF")]
    [InlineData("RIFF....WEBPVP8 ....", "WebP")]
    [InlineData("BM....\0\0\0\0..........", "BMP")]
    [InlineData("II*\0................", "TIFF")]
    [InlineData("MM\0*................", "TIFF")]
    [InlineData("\0\0\0 ftypavif........", "AVIF")]
    [InlineData("\0\0\0 ftypheic........", "HEIC")]
    [InlineData("\0\0\0\u000CjP  ............", "JPEG 2000")]
    [InlineData("8BPS................", "Photoshop")]
    [InlineData("P6\n4 4\n255\n.........", "Netpbm")]
    public void OtherFormatsAreToldByTheirTrueNameWhateverTheFileIsCalled(string content, string format) =>
        Assert.Equal($"is in the format {format}, which is not read; convert it to PNG", Reason(Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void PixelsThatCannotBeUnpackedAreTold()
    {
        // A header of zlib, and a block of no kind.
        var png = PngBytes.Of((50, 50), 8, PngBytes.Grey, [], false, ("IDAT", [0x78, 0x9C, 0xFF]));
        Assert.StartsWith("is damaged: its pixels cannot be unpacked after 0 of 2550 bytes", Reason(png));
    }

    [Theory]
    [InlineData("tRNS", "tRNs")]
    [InlineData("tEXt", "tEXx")]
    public void ADamagedChunkIsToldThoughItWouldBeLeftOut(string type, string damaged)
    {
        var png = PngBytes.Of(
            (2, 2),
            8,
            PngBytes.Grey,
            [
                [0, 1],
                [2, 3],
            ],
            false,
            (type, [0, 1])
        );
        Assert.Null(Reason(png));
        var place = png.AsSpan().IndexOf(Encoding.ASCII.GetBytes(type));
        Encoding.ASCII.GetBytes(damaged).CopyTo(png, place);
        Assert.Equal($"is damaged: the checksum of its chunk {damaged} is wrong", Reason(png));
    }

    private byte[] Pixels(byte[] content, int channels, int height, int width)
    {
        var target = new byte[channels * height * width];
        Assert.Null(ImageFile.Read(_folder.Write("a.png", content), channels, height, width, target));
        return target;
    }

    private string? Reason(byte[] content) => ImageFile.Read(_folder.Write("a.png", content), 1, 2, 2, new byte[4]);

    /// <summary>From [channels, pixels] to [pixels, channels].</summary>
    private static byte[] Transposed(byte[] planes) => [.. Enumerable.Range(0, 9).Select(place => planes[(place % 3 * 3) + (place / 3)])];
}
