using System.Text;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

public sealed class TextCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileIsReadAsItIs()
    {
        var path = _folder.Write("text.txt", "Tschüß\r\n€😀"u8);
        var corpus = TextCorpus.Read(path);
        Assert.Equal("Tschüß\r\n€😀", corpus.Text);
        Assert.Equal([path], corpus.Files);
    }

    [Fact]
    public void AByteOrderMarkIsNoText() =>
        Assert.Equal("ab", TextCorpus.Read(_folder.Write("text.txt", [0xEF, 0xBB, 0xBF, .. "ab"u8])).Text);

    [Fact]
    public void AFolderIsReadInTheOrderOfItsPathsWithoutHiddenEntries()
    {
        _folder.Write("b.txt", "two\n"u8);
        _folder.Write("a/z.md", "one"u8);
        _folder.Write("c.txt", ""u8);
        _folder.Write("d.txt", "three"u8);
        _folder.Write(".hidden/x.txt", [0xFF]);
        _folder.Write("a/.swap", [0xFF]);
        var corpus = TextCorpus.Read(_folder.ToString());
        Assert.Equal("one\ntwo\nthree\n", corpus.Text);
        Assert.Equal([_folder["a/z.md"], _folder["b.txt"], _folder["c.txt"], _folder["d.txt"]], corpus.Files);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'b', 0xFF, (byte)'c' }, 2)]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, 0)] // UTF-16
    [InlineData(new byte[] { (byte)'a', 0xC3 }, 1)] // cut off inside a character
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a', 0xED, 0xA0, 0x80 }, 4)] // half of a surrogate pair, after a byte-order mark
    [InlineData(new byte[] { 0xC0, 0x80 }, 0)] // overlong
    public void WhatIsNotUtf8IsRefusedWithFileAndByte(byte[] content, int offset)
    {
        var path = _folder.Write("text.txt", content);
        var message = Assert.Throws<ModelGenException>(() => TextCorpus.Read(path)).Message;
        Assert.Contains($"'{path}'", message);
        Assert.Contains($"byte {offset} ", message);
        Assert.Equal(message, Assert.Throws<ModelGenException>(() => TextCorpus.Read(_folder.ToString())).Message);
    }

    [Fact]
    public void MissingAndEmptyTextsAreRefusedByName()
    {
        Assert.Contains(
            $"'{_folder["none.txt"]}' does not exist",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(_folder["none.txt"])).Message
        );
        Assert.Contains("holds no text", Assert.Throws<ModelGenException>(() => TextCorpus.Read(_folder.ToString())).Message);
        Assert.Contains(
            $"'{_folder.Write("empty.txt", [])}' is empty",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(_folder["empty.txt"])).Message
        );
        Assert.Contains(
            "is empty",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(_folder.Write("mark.txt", Encoding.UTF8.Preamble))).Message
        );
        Assert.Contains("empty", Assert.Throws<ModelGenException>(() => TextCorpus.FromText("")).Message);
        Assert.Equal("x", TextCorpus.FromText("x").Text);
    }
}
