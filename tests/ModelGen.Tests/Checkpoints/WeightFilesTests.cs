using System.Text;
using ModelGen.Checkpoints;

namespace ModelGen.Tests.Checkpoints;

public sealed class WeightFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The bits of these numbers are those of IEEE 754 and of bfloat16, written out.</summary>
    [Theory]
    [InlineData("F16", new ushort[] { 0x0000, 0x8000, 0x3C00, 0xC000, 0x7BFF, 0x0001, 0x3555 })]
    [InlineData("BF16", new ushort[] { 0x0000, 0x8000, 0x3F80, 0xC000, 0x477F, 0x0001, 0x3EAB })]
    public void HalvesBecomeTheFloatsOfTheSameValue(string type, ushort[] bits)
    {
        float[] expected =
            type == "F16" ? [0, -0f, 1, -2, 65504, 5.9604645E-08f, 0.33325195f] : [0, -0f, 1, -2, 65280, 9.1835496E-41f, 0.33398438f];
        var data = bits.SelectMany(BitConverter.GetBytes).ToArray();
        var path = _folder.Write("a.safetensors", File($$$"""{"x":{"dtype":"{{{type}}}","shape":[7],"data_offsets":[0,14]}}""", data));

        using var files = WeightFiles.Open(path);
        var all = new float[7];
        files.Read("x", 0, all);
        Assert.Equal(expected, all);
        var some = new float[2];
        files.Read("x", 3, some);
        Assert.Equal(expected[3..5], some);
    }

    /// <summary>More than is converted at once, against .NET's own conversion.</summary>
    [Fact]
    public void LongTensorsComeBack()
    {
        var random = new Random(3);
        var halves = Enumerable.Range(0, 100_003).Select(_ => (Half)(random.NextSingle() - 0.5f)).ToArray();
        var data = halves.SelectMany(BitConverter.GetBytes).ToArray();
        var path = _folder.Write(
            "a.safetensors",
            File($$$"""{"x":{"dtype":"F16","shape":[{{{halves.Length}}}],"data_offsets":[0,{{{data.Length}}}]}}""", data)
        );

        using var files = WeightFiles.Open(path);
        var read = new float[halves.Length];
        files.Read("x", 0, read);
        Assert.Equal(halves.Select(static half => (float)half), read);
    }

    [Fact]
    public void ShardsAreReadAsOneFile()
    {
        WriteShard("one.safetensors", "x", 1);
        WriteShard("two.safetensors", "y", 2);
        var path = Index(
            """{"metadata":{"total_size":8,"more":[{}]},"weight_map":{"y":"two.safetensors","x":"one.safetensors"},"later":null}"""
        );

        using var files = WeightFiles.Open(path);
        Assert.Equal(["x", "y"], files.Entries.Keys.Order());
        var number = new float[1];
        files.Read("x", 0, number);
        Assert.Equal(1, number[0]);
        files.Read("y", 0, number);
        Assert.Equal(2, number[0]);
    }

    [Theory]
    [InlineData("../one.safetensors")]
    [InlineData("/etc/hostname")]
    [InlineData("folder/one.safetensors")]
    [InlineData("folder\\\\one.safetensors")]
    [InlineData("C:one.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("one\\u0000")]
    public void AShardOutsideTheFolderIsRefused(string shard)
    {
        WriteShard("folder/one.safetensors", "x", 1);

        var message = Refused(Index($$$"""{"weight_map":{"x":"{{{shard}}}"}}"""));

        Assert.Contains("which is not the name of a file in its own folder", message);
    }

    [Theory]
    [InlineData("", "is not an index")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{", "is not an index")]
    [InlineData("{}", "it has no 'weight_map'")]
    [InlineData("""{"weight_map":[]}""", "its 'weight_map' is not an object")]
    [InlineData("""{"weight_map":{"x":1}}""", "the file of its tensor 'x' is not a name")]
    [InlineData("""{"weight_map":{"x":"one.safetensors","x":"one.safetensors"}}""", "it has the tensor 'x' twice")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "it has 'weight_map' twice")]
    [InlineData("""{"weight_map":{"x":"one.safetensors"}} {}""", "is not an index")]
    [InlineData("""{"weight_map":{"x":"none.safetensors"}}""", "lists 'none.safetensors', which is not in its folder")]
    [InlineData("""{"weight_map":{"x":"one.safetensors","z":"one.safetensors"}}""", "'one.safetensors' has no tensor 'z', which the index")]
    [InlineData(
        """{"weight_map":{"x":"one.safetensors","z":"two.safetensors"}}""",
        "'two.safetensors' has no tensor 'z', which the index lists in it"
    )]
    [InlineData(
        """{"weight_map":{"x":"two.safetensors","y":"one.safetensors"}}""",
        "'one.safetensors' has the tensor 'x', which the index does not list in it"
    )]
    [InlineData(
        """{"weight_map":{"x":"one.safetensors","y":"two.safetensors","w":"three.safetensors"}}""",
        "'one.safetensors' and 'three.safetensors' both have the tensor 'x'"
    )]
    public void EachFaultOfAnIndexIsNamed(string index, string message)
    {
        WriteShard("one.safetensors", "x", 1);
        WriteShard("two.safetensors", "y", 2);
        WriteShard("three.safetensors", "x", 3);

        Assert.Contains(message, Refused(Index(index)));
    }

    [Fact]
    public void AnIndexOfNestedListsIsRefused() =>
        Assert.Contains("is not an index", Refused(Index($$"""{"metadata":{{new string('[', 100_000)}}""")));

    [Fact]
    public void ADamagedShardIsNamed()
    {
        _folder.Write("one.safetensors", [1, 2, 3]);

        var message = Refused(Index("""{"weight_map":{"x":"one.safetensors"}}"""));

        Assert.Contains("one.safetensors' is not a safetensors file, or is damaged: it ends after 3 bytes", message);
    }

    /// <summary>A header of 2^60 bytes.</summary>
    [Fact]
    public void AHeaderThatNoFileHoldsIsRefusedWithoutReservingIt()
    {
        var path = _folder.Write("a.safetensors", [.. BitConverter.GetBytes(1UL << 60), .. "{}      "u8]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("a header of 1152921504606846976 bytes", Refused(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void WhatIsNotThereIsSaid()
    {
        Assert.Equal($"The weights file '{_folder["no.safetensors"]}' does not exist.", Refused(_folder["no.safetensors"]));
        Assert.Equal($"The weights file '{_folder["no.json"]}' does not exist.", Refused(_folder["no.json"]));
        Assert.Contains("it is a folder, not a file", Refused(_folder.ToString()));
    }

    private static string Refused(string path) => Assert.Throws<ModelGenException>(() => WeightFiles.Open(path)).Message;

    private string Index(string json) => _folder.Write("model.safetensors.index.json", Encoding.UTF8.GetBytes(json));

    private void WriteShard(string name, string tensor, float value) =>
        _folder.Write(name, File($$$"""{"{{{tensor}}}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", BitConverter.GetBytes(value)));

    private static byte[] File(string header, byte[] data) =>
        [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. data];
}
