using ModelGen.Plots;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Plots;

public sealed class ImageGridTests : IDisposable
{
    private static readonly Rgb24 Gap = new(128, 128, 128);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 3)]
    [InlineData(3, 3, 1)]
    [InlineData(3, 9, 2)]
    public void EveryPixelIsWhereItBelongs(int channels, int columns, int scale)
    {
        const int Count = 5,
            Height = 3,
            Width = 4;
        var bytes = new byte[Count * channels * Height * Width];
        new Random(1).NextBytes(bytes);
        using var images = torch.tensor(Array.ConvertAll(bytes, static value => value / 255f), [Count, channels, Height, Width]);
        ImageGrid.Write(_folder["grid.png"], images, columns, scale);

        var (width, height, pixels) = Png.Read(_folder["grid.png"]);
        var across = Math.Min(columns, Count);
        Assert.Equal((2 + (across * ((Width * scale) + 2)), 2 + ((Count + across - 1) / across * ((Height * scale) + 2))), (width, height));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (row, inY) = Math.DivRem(y - 2, (Height * scale) + 2);
                var (column, inX) = Math.DivRem(x - 2, (Width * scale) + 2);
                var image = (row * across) + column;
                var isInside = y >= 2 && x >= 2 && inY < Height * scale && inX < Width * scale && image < Count;
                Assert.Equal(isInside ? Pixel(image, inY / scale, inX / scale) : Gap, pixels[(y * width) + x]);
            }
        }

        Rgb24 Pixel(int image, int y, int x)
        {
            byte At(int channel) => bytes[(((((image * channels) + channel) * Height) + y) * Width) + x];
            return new Rgb24(At(0), At(channels / 2), At(channels - 1));
        }
    }

    [Fact]
    public void ValuesOutsideAreClampedAndNotANumberIsBlack()
    {
        using var images = torch.tensor([-1f, 2f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f], [1, 1, 1, 6]);
        ImageGrid.Write(_folder["grid.png"], images, 1);
        var (width, _, pixels) = Png.Read(_folder["grid.png"]);
        Assert.Equal<byte>([0, 255, 0, 255, 0, 128], Enumerable.Range(0, 6).Select(x => pixels[(2 * width) + 2 + x].G));
    }

    [Fact]
    public void PairsStandAboveEachOther()
    {
        using var upper = torch.tensor([0f, 0.2f, 0.4f], [3, 1, 1, 1]);
        using var lower = torch.tensor([1f, 0.8f, 0.6f], [3, 1, 1, 1], requires_grad: true);
        ImageGrid.WritePairs(_folder["pairs.png"], upper, lower, 2);
        var (width, height, pixels) = Png.Read(_folder["pairs.png"]);
        Assert.Equal((8, 14), (width, height));
        Assert.Equal<byte>(
            [0, 51, 255, 204, 102, 128, 153, 128],
            from y in new[] { 2, 5, 8, 11 }
            from x in new[] { 2, 5 }
            select pixels[(y * width) + x].R
        );

        ImageGrid.WritePairs(_folder["row.png"], upper, lower, 10);
        Assert.Equal((11, 8), (Png.Read(_folder["row.png"]).Width, Png.Read(_folder["row.png"]).Height));
    }

    [Fact]
    public void OtherFloatingPointTypesAndGradientsAreFine()
    {
        using var parameter = torch.full([2, 3, 2, 2], 0.5, requires_grad: true);
        using var half = parameter.to(ScalarType.BFloat16);
        ImageGrid.Write(_folder["grid.png"], half, 2);
        Assert.Contains(new Rgb24(128, 128, 128), Png.Read(_folder["grid.png"]).Pixels);
    }

    [Fact]
    public void WrongTensorsAreRefused()
    {
        using var bytes = torch.zeros([1, 1, 2, 2], dtype: ScalarType.Byte);
        using var flat = torch.zeros(1, 4);
        using var channels = torch.zeros(1, 2, 2, 2);
        using var none = torch.zeros(0, 1, 2, 2);
        using var one = torch.zeros(1, 1, 2, 2);
        using var two = torch.zeros(2, 1, 2, 2);
        foreach (var wrong in new[] { bytes, flat, channels, none })
        {
            Assert.Throws<ArgumentException>(() => ImageGrid.Write(_folder["grid.png"], wrong, 1));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Write(_folder["grid.png"], one, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Write(_folder["grid.png"], one, 1, 0));
        Assert.Throws<ArgumentException>(() => ImageGrid.WritePairs(_folder["grid.png"], one, two, 1));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsSaid()
    {
        using var one = torch.zeros(1, 1, 2, 2);
        Directory.CreateDirectory(_folder["taken.png"]);
        var message = Assert.Throws<ModelGenException>(() => ImageGrid.Write(_folder["taken.png"], one, 1)).Message;
        Assert.StartsWith($"Cannot save the image '{_folder["taken.png"]}'", message);
        ImageGrid.Write(_folder["new/folder/grid.png"], one, 1);
        Assert.True(File.Exists(_folder["new/folder/grid.png"]));
    }

    [Fact]
    public void NoTensorStays()
    {
        using var upper = torch.rand(5, 3, 4, 4);
        using var lower = torch.rand(5, 3, 4, 4);
        ImageGrid.WritePairs(_folder["pairs.png"], upper, lower, 2);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        ImageGrid.WritePairs(_folder["pairs.png"], upper, lower, 2);
        ImageGrid.Write(_folder["grid.png"], upper, 2);
        Assert.Equal(before, Tensor.TotalCount);
    }
}
