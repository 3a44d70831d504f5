using System.IO.Compression;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

public sealed class IdxFilesTests : IDisposable
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 4, 0];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheUsualFilesOfAFolderAreReadZippedOrNot()
    {
        _folder.Write("train-images-idx3-ubyte", Images);
        _folder.Write("train-labels-idx1-ubyte.gz", GZip(Labels));
        var (training, none) = IdxFiles.Read(_folder.ToString());
        Assert.Null(none);
        Assert.Equal((2, 1, 2, 3), (training.Count, training.Channels, training.Height, training.Width));
        Assert.Equal<byte>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255], training.Pixels.ToArray());
        Assert.Equal([4, 0], training.Labels);
        Assert.Equal([1, 0, 0, 0, 1], training.ClassCounts);

        _folder.Write("t10k-images-idx3-ubyte.gz", GZip([.. Images[..7], 1, .. Images[8..22]]));
        _folder.Write("t10k-labels-idx1-ubyte", [.. Labels[..7], 1, 3]);
        var (_, test) = IdxFiles.Read(_folder.ToString(), ["a", "b", "c", "d", "e"]);
        Assert.Equal<byte>([1, 2, 3, 4, 5, 6], test!.Pixels.ToArray());
        Assert.Equal([3], test.Labels);
        Assert.Equal(["a", "b", "c", "d", "e"], test.Classes);
        Assert.Equal([0, 0, 0, 1, 0], test.ClassCounts);
    }

    [Fact]
    public void ZippingIsToldByContent()
    {
        var images = IdxFiles.ReadPair(_folder.Write("images", GZip(Images)), _folder.Write("labels.gz", Labels));
        Assert.Equal(255, images.Pixels.Span[^1]);
    }

    [Fact]
    public void AFileLongerThanTheFirstReadComesWhole()
    {
        const int Count = 3000; // of 28 × 28: 2.4 MB
        var pixels = new byte[Count * 784];
        new Random(1).NextBytes(pixels);
        var images = IdxFiles.ReadPair(
            _folder.Write("images", GZip([0, 0, 8, 3, 0, 0, Count >> 8, Count & 255, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels])),
            _folder.Write("labels", [0, 0, 8, 1, 0, 0, Count >> 8, Count & 255, .. new byte[Count]])
        );
        Assert.Equal(pixels, images.Pixels.ToArray());
    }

    [Fact]
    public void MissingFilesAreNamed()
    {
        Assert.Contains("does not exist", Failure(() => IdxFiles.Read(_folder["none"])));
        Assert.Contains("lacks 'train-images-idx3-ubyte'", Failure(() => IdxFiles.Read(_folder.ToString())));
        _folder.Write("train-images-idx3-ubyte", Images);
        Assert.Contains("train-images-idx3-ubyte' is a file; it must be", Failure(() => IdxFiles.Read(_folder["train-images-idx3-ubyte"])));
        Assert.Contains("lacks 'train-labels-idx1-ubyte'", Failure(() => IdxFiles.Read(_folder.ToString())));
        _folder.Write("train-labels-idx1-ubyte", Labels);
        _folder.Write("t10k-labels-idx1-ubyte", Labels);
        Assert.Contains("lacks 't10k-images-idx3-ubyte'", Failure(() => IdxFiles.Read(_folder.ToString())));
        Assert.Contains(
            $"Cannot read the images '{_folder["none"]}'",
            Failure(() => IdxFiles.ReadPair(_folder["none"], _folder["train-labels-idx1-ubyte"]))
        );
    }

    [Fact]
    public void EveryPrefixOfAFileIsRefused()
    {
        var labels = _folder.Write("labels", Labels);
        for (var length = 0; length < Images.Length; length++)
        {
            var images = _folder.Write("images", Images.AsSpan(0, length));
            Assert.Contains(
                length < 4 ? "holds no IDX images"
                    : length < 16 ? $"ends inside its header, after {length} of 16 bytes"
                    : $"promises 12 bytes, but only {length - 16} follow",
                Failure(() => IdxFiles.ReadPair(images, labels))
            );
        }

        // Where a zipped file lacks no more than the mark of its end, a checksum and a length, all its content is there.
        var zipped = GZip(Images);
        for (var length = 0; length < zipped.Length - 10; length++)
        {
            var images = _folder.Write("images", zipped.AsSpan(0, length));
            Assert.Contains("images", Failure(() => IdxFiles.ReadPair(images, labels)));
        }
    }

    [Theory]
    [InlineData("00000903000000020000000200000003", "begins with 00000903 where 00000803 is expected")] // signed bytes
    [InlineData("0000080100000002", "begins with 00000801")] // labels
    [InlineData("89504E470D0A1A0A", "begins with 89504E47")]
    [InlineData("00000803000000000000000200000003", "holds no images")]
    [InlineData("00000803FFFFFFFFFFFFFFFFFFFFFFFF", "more than the 2147483591 that fit")]
    [InlineData("000008037FFFFFFF0000000100000001", "more than the 2147483591 that fit")]
    [InlineData("000008037000000000000001000000010102", "promises 1879048192 bytes, but only 2 follow")]
    public void MalformedHeadersAreRefused(string header, string reason)
    {
        var images = _folder.Write("images", Convert.FromHexString(header));
        var labels = _folder.Write("labels", Labels);
        var message = Failure(() => IdxFiles.ReadPair(images, labels));
        Assert.Contains(reason, message);
        Assert.Contains($"'{images}'", message);
    }

    [Fact]
    public void WhatDoesNotBelongTogetherIsRefused()
    {
        var images = _folder.Write("images", Images);
        Assert.Contains(
            "holds 2 images but",
            Failure(() => IdxFiles.ReadPair(images, _folder.Write("labels", [0, 0, 8, 1, 0, 0, 0, 1, 4])))
        );
        Assert.Contains("continues after the 2 bytes", Failure(() => IdxFiles.ReadPair(images, _folder.Write("labels", [.. Labels, 0]))));
        Assert.Contains(
            "label 4, but only 4 classes",
            Failure(() => IdxFiles.ReadPair(images, _folder.Write("labels", Labels), ["a", "b", "c", "d"]))
        );
    }

    private static string Failure(Action read) => Assert.Throws<ModelGenException>(read).Message;

    private static byte[] GZip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Optimal))
        {
            stream.Write(content);
        }

        return zipped.ToArray();
    }
}
