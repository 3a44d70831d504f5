using ModelGen.Cli.Data;

namespace ModelGen.Cli.Tests;

/// <summary>What data are, by their content.</summary>
public sealed class RecognisedDataTests : IDisposable
{
    private const string AnyLines = "|answers|prompts|text-pairs|json-lines|text|denoising";

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("notes", "It was said.", "text", "text|denoising")]
    [InlineData("corpus.csv", "text,label\nIt was said.,a\n", "comma-separated values", "csv|text|denoising")]
    [InlineData("pairs.txt", "\n{\"source\": \"a\", \"target\": \"b\"}\n", "JSON lines", "ratings|preferences|steps" + AnyLines)]
    [InlineData(
        "liked",
        "{\"prompt\": \"\", \"chosen\": \"a\", \"rejected\": \"b\"}",
        "JSON lines",
        "preferences|ratings|steps" + AnyLines
    )]
    [InlineData(
        "sums",
        "{\"prompt\": \"\", \"steps\": [\"a\"], \"ratings\": [true]}",
        "JSON lines",
        "steps|ratings|preferences" + AnyLines
    )]
    [InlineData("judged", "{\"prompt\": \"\", \"tie\": true, \"first\": \"a\"}", "JSON lines", "preferences|ratings|steps" + AnyLines)]
    [InlineData("brace.txt", "{ this is no JSON", "text", "text|denoising")]
    [InlineData("waves.safetensors", "whatever", "tensors", "safetensors")]
    public void AFileIsWhatItHas(string name, string content, string what, string sources)
    {
        _terminal.Write(name, content);

        var data = RecognisedData.Of(_terminal[name]);

        Assert.Equal((what, sources), (data.What, string.Join('|', data.Sources)));
    }

    // The cut of the first bytes that are looked at may lie within a character.
    [Fact]
    public void TextOfManyBytesACharacterIsText()
    {
        foreach (var shift in new[] { "", "a", "aa", "aaa" })
        {
            _terminal.Write("text", shift + string.Concat(Enumerable.Repeat("😀", 3000)));

            Assert.Equal("text", RecognisedData.Of(_terminal["text"]).What);
        }
    }

    [Fact]
    public void AFolderIsWhatMostOfItsFilesAre()
    {
        _terminal.Write("texts/a.txt", "a");
        _terminal.Write("classes/good/a.txt", "a");
        _terminal.Write("classes/bad/b.txt", "b");
        _terminal.Write("arrays/samples.npy", "\u0093NUMPY");
        Pictures.WritePng(_terminal["pictures"], 4);
        _terminal.Write("pictures/read me.txt", "four pictures");
        Pictures.WriteIdx(_terminal["idx"], 4);

        Assert.Equal(["text", "denoising"], Sources("texts"));
        Assert.Equal(["text-folder", "text", "denoising"], Sources("classes"));
        Assert.Equal(["npy"], Sources("arrays"));
        Assert.Equal(["image-folder"], Sources("pictures"));
        Assert.Equal(["idx"], Sources("idx"));

        IReadOnlyList<string> Sources(string folder) => RecognisedData.Of(_terminal[folder]).Sources;
    }

    [Fact]
    public void WhatIsNothingToLearnFromIsToldWithWhatWouldBe()
    {
        Directory.CreateDirectory(_terminal["empty"]);
        _terminal.Write("samples.npy", "x");

        Assert.Contains("has no files; a folder to learn from has", Message("empty"), StringComparison.Ordinal);
        Assert.Contains("is one array; name its folder", Message("samples.npy"), StringComparison.Ordinal);

        string Message(string name) => Assert.Throws<ModelGenException>(() => RecognisedData.Of(_terminal[name])).Message;
    }
}
