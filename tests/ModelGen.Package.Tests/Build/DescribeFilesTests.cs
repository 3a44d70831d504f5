using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.Build.Framework;
using ModelGen.Build.Files;
using ModelGen.Compiler.Files;

namespace ModelGen.Package.Tests.Build;

public sealed class DescribeFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfWeightsTheTensorsAreTold()
    {
        Write("model.safetensors", Safetensors.Bytes(("b", "F16", [3]), ("a", "F32", [2, 4]), ("c d", "I64", [])));

        var facts = Assert.IsType<WeightFacts>(Describe("model.safetensors", "base/model.safetensors"));

        Assert.Equal("base/model.safetensors", facts.Path);
        Assert.Null(facts.Damage);
        Assert.Equal(["a Float32 [2, 4]", "b Float16 [3]", "c d Int64 []"], facts.Tensors.Select(Show));
    }

    [Fact]
    public void OfAnIndexTheTensorsOfAllItsFilesAreToldOnceTheyAreThere()
    {
        const string Index = "model.safetensors.index.json";
        Write(Index, """{"metadata":{},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}"""u8);
        Write("one.safetensors", Safetensors.Bytes(("a", "F32", [2])));
        Assert.Null(Describe(Index));

        Write("two.safetensors", Safetensors.Bytes(("b", "BF16", [1, 1])));
        Assert.Equal(["a Float32 [2]", "b BFloat16 [1, 1]"], Assert.IsType<WeightFacts>(Describe(Index)).Tensors.Select(Show));

        Write("two.safetensors", "{}"u8);
        Assert.Equal(
            "the weights file 'base/two.safetensors' is not a safetensors file, or is damaged: it ends after 2 bytes, before its header; use another "
                + "copy of the file",
            Describe(Index, $"base/{Index}")?.Damage
        );

        Write("two.safetensors", Safetensors.Bytes(("x", "BF16", [1, 1])));
        Assert.Equal(
            $"the index '{Index}' does not match its files: 'two.safetensors' has no tensor 'b', which the index lists in it; fetch the index and "
                + "all its files again",
            Describe(Index)?.Damage
        );
    }

    [Fact]
    public void ADamagedFileIsToldOfAsTheProgramTellsOfIt()
    {
        const string Name = "weights/x.safetensors";
        Write("x.safetensors", Safetensors.Bytes(("a", "F32", [2])).AsSpan(0, 20));
        Assert.Matches(
            $"^the weights file '{Name}' is not a safetensors file, or is damaged: its header should be .* but the file ends after 20 bytes; use "
                + "another copy of the file$",
            Describe("x.safetensors", Name)?.Damage
        );

        Write("tokenizer.json", "{"u8);
        Assert.Equal(
            "the tokenizer 'tokenizer.json' cannot be used: it is not JSON: line 1, byte 2 cannot be read",
            Describe("tokenizer.json")?.Damage
        );

        Directory.CreateDirectory(_folder.File("folder.safetensors"));
        Assert.Equal(
            "cannot read the weights file 'folder.safetensors': it is a folder, not a file; pass the path of a file",
            Describe("folder.safetensors")?.Damage
        );
    }

    // What a header claims is not made room for.
    [Fact]
    public void AClaimCostsNothing()
    {
        var claim = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(claim, 90_000_000);
        Write("x.safetensors", claim);
        using (var stream = File.OpenWrite(_folder.File("x.safetensors")))
        {
            stream.SetLength(90_000_100);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var damage = Describe("x.safetensors")?.Damage;

        Assert.Contains("its header does not begin with '{'", damage, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void OfATokenizerTheSizeAndTheSpecialTokensAreTold()
    {
        Write("vocab.txt", "[PAD]\n[UNK]\n[MASK]\nthe\ncat\n##s\n"u8);
        var facts = Assert.IsType<TokenizerFacts>(Describe("vocab.txt"));
        Assert.Equal(
            (6, false, null, "[PAD] 0, [UNK] 1, [MASK] 2"),
            (facts.Size, facts.IsRanks, facts.Merges, string.Join(", ", facts.Specials.Select(static token => $"{token.Text} {token.Id}")))
        );

        Write("a.tiktoken", Encoding.UTF8.GetBytes("YQ== 0\nYg== 1\nYWI= 2\n"));
        var ranks = Assert.IsType<TokenizerFacts>(Describe("a.tiktoken"));
        Assert.Equal((3, true, 0), (ranks.Size, ranks.IsRanks, ranks.Specials.Count));
        Write("a.tiktoken", "YQ== 1\n"u8);
        Assert.EndsWith("none of its 1 tokens has the rank 0; ranks go from 0 on without a gap", Describe("a.tiktoken")?.Damage);
    }

    // GPT-2's tokens cannot be told apart from special ones without the merges.
    [Theory]
    [InlineData("encoder.json", "vocab.bpe")]
    [InlineData("vocab.json", "merges.txt")]
    public void TheTwoFilesOfGpt2AreReadTogether(string vocabulary, string merges)
    {
        var symbols = Enumerable
            .Range(0, 256)
            .Select(static value => ModelGen.Tokenization.ByteLevelAlphabet.Write([(byte)value]))
            .Append("ab")
            .Append("<stop>")
            .Select(static (text, id) => (text, id));
        Write(vocabulary, JsonSerializer.SerializeToUtf8Bytes(symbols.ToDictionary(static token => token.text, static token => token.id)));
        Assert.Null(Describe(vocabulary, $"gpt2/{vocabulary}"));

        Write(merges, "#version: 0.2\na b\n"u8);
        var facts = Assert.IsType<TokenizerFacts>(Describe(vocabulary, $"gpt2/{vocabulary}"));
        Assert.Equal((258, $"gpt2/{merges}"), (facts.Size, facts.Merges));
        Assert.Equal(new TokenFacts("<stop>", 257), Assert.Single(facts.Specials));
    }

    private static string Show(TensorFacts tensor) => $"{tensor.Name} {tensor.Type} [{string.Join(", ", tensor.Shape)}]";

    private void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(_folder.File(name), content.ToArray());

    // Through the task, as a build does.
    private FileFacts? Describe(string file, string? name = null)
    {
        var facts = _folder.File("obj/x.modelgen-facts");
        var item = new Item(
            new()
            {
                ["FullPath"] = _folder.File(file),
                ["Link"] = name ?? file,
                ["Facts"] = facts,
            }
        );
        Assert.True(new DescribeFiles { BuildEngine = new BuildLog(), Files = [item] }.Execute());
        return FileFacts.Parse(File.ReadAllText(facts));
    }

    private sealed class Item(Dictionary<string, string> metadata) : ITaskItem
    {
        public string ItemSpec { get; set; } = "";

        public System.Collections.ICollection MetadataNames => metadata.Keys;

        public int MetadataCount => metadata.Count;

        public System.Collections.IDictionary CloneCustomMetadata() => metadata;

        public void CopyMetadataTo(ITaskItem destinationItem) => throw new NotSupportedException();

        public string GetMetadata(string metadataName) => metadata[metadataName];

        public void RemoveMetadata(string metadataName) => metadata.Remove(metadataName);

        public void SetMetadata(string metadataName, string metadataValue) => metadata[metadataName] = metadataValue;
    }
}
