using System.Security.Cryptography;
using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class TorchScriptExtractorTests : TorchTest
{
    private const string Mean = "return torch.mean(x, [2, 3])";

    private readonly TemporaryFolder _folder = new();

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public void GivesWhatTheModuleComputes()
    {
        var path = Write(Mean);
        using var extractor = new TorchScriptExtractor(path);
        var images = Sequence.Points(1, 5, 2 * 3 * 4).reshape(5, 2, 3, 4).to(ScalarType.Float32);
        var features = extractor.Features(images, batchSize: 2);
        Assert.Equal([5, 2], features.shape);
        Assert.True(allclose(images.mean([2, 3]), features, rtol: 1e-6));
        Assert.Equal("torchscript:tiny", extractor.Name);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), extractor.Hash);
    }

    [Fact]
    public void ImagesArePreparedAsTheInputSays()
    {
        // 2×2 images of one channel become 1×1 ones of three: the mean v of the pixels, then (2 + 6 v − mean) / deviation.
        var input = new TorchScriptInput
        {
            Channels = 3,
            Size = (1, 1),
            Range = (2, 8),
            Mean = [1, 2, 3],
            StandardDeviation = [1, 2, 4],
        };
        using var extractor = new TorchScriptExtractor(Write("return x"), input);
        var features = extractor.Features(tensor(new[] { 0f, 0.5f, 0.5f, 1f }).reshape(1, 1, 2, 2));
        Assert.Equal([4, 1.5f, 0.5f], features.reshape(-1).data<float>().ToArray()); // [1, 3, 1, 1] made flat
        Assert.Same(input, extractor.Input);
    }

    [Fact]
    public void FurtherArgumentsAreHandedOver()
    {
        var path = Write(
            "return torch.mul(torch.mean(x, [2, 3]), torch.add(float(n), f)) if b else x",
            "x: Tensor, b: bool, n: int, f: float"
        );
        using var extractor = new TorchScriptExtractor(path, new TorchScriptInput { Arguments = [true, 3, 0.5] });
        Assert.Equal([3.5f], extractor.Features(ones(1, 1, 2, 2)).reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void FilesThatAreNoTorchScriptAreRefusedBeforeLibtorchSeesThem()
    {
        AssertRefused("does not exist", _folder["none.pt"]);
        AssertRefused("cannot be read as an archive", _folder.Write("text", "hello"u8));
        AssertRefused("cannot be read as an archive", _folder.Write("empty", []));
        AssertRefused("cannot be read as an archive", _folder.Write("cut", File.ReadAllBytes(Write(Mean)).AsSpan(..300)));
        AssertRefused("archive of a different kind", Archive("other", ("a/b", [1])));
        AssertRefused(
            "weights without code",
            Archive("weights", ("m/version", "3\n"u8.ToArray()), ("m/data.pkl", [0x80, 2, (byte)'}', (byte)'.']))
        );
        AssertRefused("the operator torchvision::nms", Write("return ops.torchvision.nms(x, x, 0.5)"));
    }

    [Fact]
    public void DamagedCodeIsFoundBeforeItEndsTheProcess()
    {
        var content = File.ReadAllBytes(Write(Mean));
        content[content.AsSpan().IndexOf("torch.mean"u8) + 6] = (byte)'q';
        AssertRefused("'tiny/code/__torch__.py' is damaged", _folder.Write("flipped.pt", content));
    }

    [Fact]
    public void WhatLibtorchRefusesIsSaid() =>
        AssertRefused(
            "libtorch cannot load",
            Archive(
                "old.pt",
                ("tiny/version", "999\n"u8.ToArray()),
                ("tiny/code/__torch__.py", "\n"u8.ToArray()),
                ("tiny/data.pkl", [0x80, 2, (byte)'}', (byte)'.']),
                ("tiny/constants.pkl", [0x80, 2, (byte)')', (byte)'.'])
            )
        );

    [Fact]
    public void ModulesThatFailOrGiveSomethingElseAreReported()
    {
        var images = ones(2, 1, 3, 3);
        AssertFails("self must be a matrix", "return torch.mm(x, x)");
        AssertFails("returns Float32 [] for 2 image(s)", "return torch.mean(x)");
        AssertFails("returns Int64 [2, 1] for 2 image(s)", "return torch.argmax(torch.mean(x, [2]), 2)");
        AssertFails("missing value for argument 'b'", "return x", "x: Tensor, b: bool");
        AssertFails("where one tensor of features", "return (x, x)", result: "Tuple[Tensor, Tensor]");

        void AssertFails(string expected, string body, string parameters = "x: Tensor", string result = "Tensor")
        {
            using var extractor = new TorchScriptExtractor(Write(body, parameters, result));
            Assert.Contains(expected, Assert.Throws<ModelGenException>(() => extractor.Features(images)).Message);
        }
    }

    [Fact]
    public void ImagesThatDoNotFitTheInputAreRefused()
    {
        using var three = new TorchScriptExtractor(Write("return x"), new TorchScriptInput { Channels = 3 });
        Assert.Contains("3 channel(s), but these have 2", Assert.Throws<ModelGenException>(() => three.Features(ones(1, 2, 2, 2))).Message);
        using var means = new TorchScriptExtractor(Write("return x"), new TorchScriptInput { Mean = [1, 2, 3] });
        Assert.Contains("Mean", Assert.Throws<ModelGenException>(() => means.Features(ones(1, 2, 2, 2))).Message);
    }

    [Fact]
    public void InputsOutOfRangeAreRefused()
    {
        var path = Write(Mean);
        foreach (
            var input in new TorchScriptInput[]
            {
                new() { Channels = 0 },
                new() { Size = (0, 3) },
                new() { Size = (3, -1) },
                new() { Range = (1, 1) },
                new() { Range = (0, double.NaN) },
                new() { Mean = [double.NaN] },
                new() { StandardDeviation = [1, 0] },
                new() { Arguments = ["text"] },
            }
        )
        {
            Assert.Throws<ArgumentException>(() => new TorchScriptExtractor(path, input));
        }
    }

    [Fact]
    public void NothingIsLeft()
    {
        var path = Write(Mean);
        var images = ones(5, 1, 4, 4);
        AssertLeavesNothing(() =>
        {
            using var extractor = new TorchScriptExtractor(
                path,
                new TorchScriptInput
                {
                    Channels = 3,
                    Size = (2, 2),
                    Range = (-1, 1),
                    Mean = [0.5],
                    StandardDeviation = [2],
                }
            );
            extractor.Features(images, 2).Dispose();
        });
    }

    private static void AssertRefused(string expected, string path) =>
        Assert.Contains(expected, Assert.Throws<ModelGenException>(() => new TorchScriptExtractor(path)).Message);

    private string Write(string body, string parameters = "x: Tensor", string result = "Tensor") =>
        _folder.Write("tiny.pt", SavedScript.Of(body, parameters, result));

    private string Archive(string name, params ReadOnlySpan<(string Name, byte[] Content)> entries) =>
        _folder.Write(name, SavedScript.Archive(entries));
}
