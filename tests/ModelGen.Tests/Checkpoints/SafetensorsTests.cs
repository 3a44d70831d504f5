using System.Buffers.Binary;
using System.Text;
using ModelGen.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope;

    public SafetensorsTests()
    {
        _scope = NewDisposeScope();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheBytesAreTheFormats()
    {
        Safetensors.Write(
            _folder["a"],
            new Dictionary<string, Tensor>
            {
                ["small"] = tensor(new byte[] { 1, 2, 3 }),
                ["b.weight"] = tensor(new[] { 1f, -2f, 0.5f, 1e10f }, [2, 2]),
                ["a"] = tensor(-5L),
                ["none"] = zeros(0, 3),
            },
            new Dictionary<string, string> { ["z"] = "last", ["k"] = "v\"\n" }
        );

        var expected = File(
            """{"__metadata__":{"k":"v\u0022\n","z":"last"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"b.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[24,24]},"small":{"dtype":"U8","shape":[3],"data_offsets":[24,27]}}""",
            [
                0xFB,
                0xFF,
                0xFF,
                0xFF,
                0xFF,
                0xFF,
                0xFF,
                0xFF, // -5
                0x00,
                0x00,
                0x80,
                0x3F,
                0x00,
                0x00,
                0x00,
                0xC0,
                0x00,
                0x00,
                0x00,
                0x3F,
                0xF9,
                0x02,
                0x15,
                0x50, // 1, -2, 0.5, 1e10
                1,
                2,
                3,
            ]
        );
        Assert.Equal(expected, System.IO.File.ReadAllBytes(_folder["a"]));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(expected) % 8);
    }

    [Fact]
    public void AFileOfAnotherWriterIsRead()
    {
        // Other order, spaces, no metadata, no padding.
        _folder.Write(
            "a",
            File(
                """ { "x" : {"data_offsets":[4,8], "shape":[2,1],"dtype":"I16"},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]} }""".TrimStart(),
                [0, 0, 0x80, 0x3F, 1, 0, 0xFF, 0xFF],
                pad: false
            )
        );
        using var file = Safetensors.Open(_folder["a"]);
        Assert.Empty(file.Metadata);
        Assert.Equal(["x", "y"], file.Entries.Keys.Order());
        Assert.Equal("Int16 [2, 1]", file.Entries["x"].ToString());
        Assert.Equal([1, -1], file.Read("x").reshape(-1).data<short>().ToArray());
        Assert.Equal([1f], file.Read("y").data<float>().ToArray());
    }

    [Fact]
    public void EveryTypeComesBack()
    {
        var source = arange(-6, 6).reshape(3, 4);
        var types = new[]
        {
            ScalarType.Float64,
            ScalarType.Float32,
            ScalarType.Float16,
            ScalarType.BFloat16,
            ScalarType.Int64,
            ScalarType.Int32,
            ScalarType.Int16,
            ScalarType.Int8,
            ScalarType.Byte,
            ScalarType.Bool,
        };
        var tensors = types.ToDictionary(static type => type.ToString(), type => source.to(type));
        tensors["transposed"] = source.to(ScalarType.Float32).t(); // not contiguous
        tensors["large"] = arange(5_000_000).to(ScalarType.Byte); // more than is copied at once
        tensors["parameter"] = new TorchSharp.Modules.Parameter(ones(2));
        Safetensors.Write(_folder["a"], tensors, new Dictionary<string, string> { ["text"] = "Zürich 😀 \0" });

        using var file = Safetensors.Open(_folder["a"]);
        Assert.Equal("Zürich 😀 \0", file.Metadata["text"]);
        Assert.Equal(tensors.Keys.Order(), file.Entries.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            var read = file.Read(name);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.Equal(tensor.shape, read.shape);
            Assert.True(read.equal(tensor).all().item<bool>(), name);
        }

        var target = new TorchSharp.Modules.Parameter(zeros(2));
        file.ReadInto("parameter", target);
        Assert.Equal([1f, 1f], target.detach().data<float>().ToArray());
        var columns = zeros(3, 4).t();
        file.ReadInto("transposed", columns);
        Assert.True(columns.equal(tensors["transposed"]).all().item<bool>());
    }

    [Fact]
    public void EqualContentGivesEqualBytes()
    {
        Safetensors.Write(
            _folder["a"],
            new Dictionary<string, Tensor> { ["x"] = ones(2), ["y"] = zeros(2) },
            new Dictionary<string, string> { ["p"] = "1", ["q"] = "2" }
        );
        Safetensors.Write(
            _folder["b"],
            new Dictionary<string, Tensor> { ["y"] = zeros(2), ["x"] = ones(2) },
            new Dictionary<string, string> { ["q"] = "2", ["p"] = "1" }
        );
        Assert.Equal(System.IO.File.ReadAllBytes(_folder["a"]), System.IO.File.ReadAllBytes(_folder["b"]));
    }

    [Fact]
    public void AFileCutOffAnywhereIsRefused()
    {
        Safetensors.Write(
            _folder["a"],
            new Dictionary<string, Tensor> { ["x"] = ones(3), ["y"] = zeros(2, 2) },
            new Dictionary<string, string> { ["k"] = "v" }
        );
        var whole = System.IO.File.ReadAllBytes(_folder["a"]);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("cut", whole.AsSpan(0, length));
            Assert.Contains(
                $"'{path}' is not a safetensors file, or is damaged",
                Assert.Throws<ModelGenException>(() => Safetensors.Open(path)).Message
            );
        }

        Assert.Throws<ModelGenException>(() => Safetensors.Open(_folder.Write("long", [.. whole, 0])));
    }

    [Fact]
    public void GarbageIsRefusedAndNeverCrashes()
    {
        Safetensors.Write(
            _folder["a"],
            new Dictionary<string, Tensor> { ["x"] = ones(3), ["y"] = zeros(2, 2) },
            new Dictionary<string, string> { ["k"] = "v" }
        );
        var whole = System.IO.File.ReadAllBytes(_folder["a"]);
        var random = new Random(3);
        for (var round = 0; round < 1000; round++)
        {
            var damaged = whole.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                damaged[random.Next(damaged.Length - 28)] = (byte)random.Next(256);
            }

            if (round % 10 == 0)
            {
                random.NextBytes(damaged);
            }

            var path = _folder.Write("damaged", damaged);
            try
            {
                using var file = Safetensors.Open(path);
                foreach (var name in file.Entries.Keys)
                {
                    file.Read(name).Dispose();
                }
            }
            catch (ModelGenException) { }
        }
    }

    [Theory]
    [InlineData("""["x"]""", "does not begin with '{'")]
    [InlineData("""{"x":1}""", "header is wrong")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", "header is wrong")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "header is wrong")]
    [InlineData("""{"x":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", "type 'F31'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "negative size")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "needs 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "needs 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "needs 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "3 data offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "begins at offset 4, where 0 was expected")]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        "where 4 was expected"
    )]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        "the tensor 'x' twice"
    )]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "more elements than any file can hold")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}""", "more elements than any file can hold")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", "more elements than any file can hold")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the 'dtype' of its tensor 'x' twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the metadata 'k' twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}""", "header is wrong")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", "header is wrong")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "need 8 bytes, but 4 follow")]
    [InlineData("""{"__metadata__":{"k":1},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "header is wrong")]
    public void EachFaultOfAHeaderIsNamed(string header, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<ModelGenException>(() => Safetensors.Open(_folder.Write("a", File(header, [0, 0, 0, 0])))).Message
        );

    /// <summary>Headers longer than what is read of them at once.</summary>
    [Fact]
    public void LongHeadersComeBack()
    {
        var random = new Random(8);
        var tensors = Enumerable
            .Range(0, 5000)
            .ToDictionary(index => $"layer.{index}.{new string('ü', random.Next(40))}", index => full([index % 3], (float)index));
        var metadata = new Dictionary<string, string> { ["long"] = new string('x', 300_000), ["short"] = "\"\\😀" };
        Safetensors.Write(_folder["a"], tensors, metadata);
        using var file = Safetensors.Open(_folder["a"]);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), file.Entries.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(Safetensors.Describe(tensor), file.Entries[name].ToString());
        }

        Assert.Equal([4999f], file.Read(tensors.Keys.Last())[..1].data<float>().ToArray());
    }

    [Fact]
    public void UnknownKeysOfATensorAreSkipped()
    {
        _folder.Write(
            "a",
            File("""{"x":{"note":{"a":[1,[]],"b":{}},"dtype":"U8","also":[],"shape":[4],"data_offsets":[0,4],"last":null}}""", [1, 2, 3, 4])
        );
        using var file = Safetensors.Open(_folder["a"]);
        Assert.Equal([1, 2, 3, 4], file.Read("x").data<byte>().ToArray());
    }

    [Theory]
    [InlineData("", '\0', 90_000_000, "does not begin with '{'", 1_000_000)]
    [InlineData("{", '\0', 90_000_000, "header is wrong", 1_000_000)]
    [InlineData("""{"x":{"dtype":"U8","shape":[1""", ',', 10_000_000, "header is wrong", 1_000_000)]
    [InlineData("""{"x":{"dtype":"U8","data_offsets":[0,1],"shape":[""", '1', 10_000_000, "header is wrong", 60_000_000)]
    public void WhatIsNoHeaderCostsLittle(string start, char filler, int length, string message, long most) =>
        AssertCosts(most, message, File(start + new string(filler, length), []));

    [Fact]
    public void AShapeOfMillionsOfOnesCostsLittle() =>
        AssertCosts(
            1_000_000,
            "its tensor 'x' has more than 64 dimensions",
            File("""{"x":{"dtype":"U8","data_offsets":[0,1],"shape":[""" + string.Join(',', Enumerable.Repeat(1, 5_000_000)) + "]}}", [1])
        );

    [Fact]
    public void HundredsOfThousandsOfTensorsCostNoMoreThanTheMostThatAreRead() =>
        AssertCosts(
            100_000_000,
            "it has more than 100000 tensors",
            File(
                "{"
                    + string.Join(
                        ',',
                        Enumerable
                            .Range(0, 400_000)
                            .Select(static index =>
                                $$"""
                                    "{{index}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}
                                    """
                            )
                    )
                    + "}",
                []
            )
        );

    [Fact]
    public void AHeaderLengthBeyondTheFileIsRefusedWithoutReservingIt()
    {
        var bytes = new byte[16];
        foreach (var length in new ulong[] { 9, 1_000_000, 1_000_000_000, ulong.MaxValue })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            Assert.Contains($"{length} bytes", Assert.Throws<ModelGenException>(() => Safetensors.Open(_folder.Write("a", bytes))).Message);
        }
    }

    [Fact]
    public void WhatCannotBeReadOrWrittenIsSaid()
    {
        Assert.Equal(
            $"The file '{_folder["none"]}' does not exist.",
            Assert.Throws<ModelGenException>(() => Safetensors.Open(_folder["none"])).Message
        );
        Assert.Contains("Cannot read", Assert.Throws<ModelGenException>(() => Safetensors.Open(_folder.ToString())).Message);
        Safetensors.Write(_folder["a"], new Dictionary<string, Tensor> { ["x"] = ones(3) }, new Dictionary<string, string>());
        using var file = Safetensors.Open(_folder["a"]);
        Assert.Contains("no tensor 'y'", Assert.Throws<ModelGenException>(() => file.Read("y")).Message);
        Assert.Contains("Float32 [3], not Float32 [4]", Assert.Throws<ModelGenException>(() => file.ReadInto("x", zeros(4))).Message);
        Assert.Contains(
            "Float32 [3], not Int64 [3]",
            Assert.Throws<ModelGenException>(() => file.ReadInto("x", zeros(3, dtype: ScalarType.Int64))).Message
        );
        Assert.Throws<ArgumentException>(() =>
            Safetensors.Write(_folder["b"], new Dictionary<string, Tensor> { ["__metadata__"] = ones(3) }, new Dictionary<string, string>())
        );
        Assert.Throws<ArgumentException>(() =>
            Safetensors.Write(
                _folder["b"],
                new Dictionary<string, Tensor> { ["x"] = ones(3, dtype: ScalarType.ComplexFloat32) },
                new Dictionary<string, string>()
            )
        );
        Assert.Equal(["a"], _folder.Names());
    }

    private void AssertCosts(long most, string message, byte[] content)
    {
        var path = _folder.Write("a", content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<ModelGenException>(() => Safetensors.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
        Assert.Contains(message, exception.Message);
        Assert.InRange(exception.Message.Length, 0, 500);
    }

    private static byte[] File(string header, byte[] data, bool pad = true)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        if (pad)
        {
            bytes = [.. bytes, .. Enumerable.Repeat((byte)' ', (8 - (bytes.Length % 8)) % 8)];
        }

        return [.. BitConverter.GetBytes((ulong)bytes.Length), .. bytes, .. data];
    }
}
