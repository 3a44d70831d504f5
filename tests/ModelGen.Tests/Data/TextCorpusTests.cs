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
        Assert.Equal("Tschüß\r\n€😀", corpus.ReadToEnd());
        Assert.Equal([path], corpus.Files);
    }

    [Fact]
    public void AByteOrderMarkIsNoText() =>
        Assert.Equal("ab", TextCorpus.Read(_folder.Write("text.txt", [0xEF, 0xBB, 0xBF, .. "ab"u8])).ReadToEnd());

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
        Assert.Equal("one\ntwo\nthree\n", corpus.ReadToEnd());
        Assert.Equal([_folder["a/z.md"], _folder["b.txt"], _folder["c.txt"], _folder["d.txt"]], corpus.Files);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'b', 0xFF, (byte)'c' }, 2)]
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

    /// <summary>Characters of every length in UTF-8 lie across the ends of the pieces that the file is read in.</summary>
    [Theory]
    [MemberData(nameof(Encodings))]
    public void EveryEncodingGivesTheSameTextWhateverItsLength(Encoding encoding)
    {
        var random = new Random(11);
        for (var round = 0; round < 12; round++)
        {
            var text = RandomText(random, random.Next(1, 600_000));
            var corpus = TextCorpus.Read(_folder.Write("text.txt", [.. encoding.Preamble, .. encoding.GetBytes(text)]));
            Assert.Equal(text, corpus.ReadToEnd());
            Assert.Equal(Encoding.UTF8.GetByteCount(text), corpus.ByteCount);
            Assert.Equal(text.EnumerateRunes().Count(), corpus.CharacterCount);
            Assert.Equal(text.EnumerateRunes().Distinct().Order(), corpus.Alphabet);
        }
    }

    public static TheoryData<Encoding> Encodings =>
        [
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
            new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
            new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        ];

    [Theory]
    [InlineData("41 00 00 D8", 4)] // half of a surrogate pair at the end
    [InlineData("41 00 00 D8 42 00", 4)] // and in the middle
    [InlineData("41 00 00 DC", 4)]
    [InlineData("41 00 42", 4)] // an odd byte
    public void WhatIsNotTheUtf16ThatItBeginsAsIsRefusedWithFileAndByte(string bytes, int offset)
    {
        var path = _folder.Write("text.txt", [0xFF, 0xFE, .. Convert.FromHexString(bytes.Replace(" ", ""))]);
        var message = Assert.Throws<ModelGenException>(() => TextCorpus.Read(path)).Message;
        Assert.Equal(
            $"The file '{path}' is not UTF-16, as it begins: byte {offset} does not belong to any character; convert the file to UTF-8.",
            message
        );
    }

    [Fact]
    public void ATextInUtf32IsRefusedByName()
    {
        var path = _folder.Write("text.txt", [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes("abc")]);
        Assert.Equal(
            $"The file '{path}' is UTF-32; convert it to UTF-8.",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(path)).Message
        );
    }

    [Fact]
    public void AnInvalidByteIsToldWithItsPlaceFarIntoTheFile()
    {
        var content = new byte[1_000_003];
        Array.Fill(content, (byte)'a');
        content[777_777] = 0xE4;
        var path = _folder.Write("text.txt", content);
        Assert.Contains("byte 777777 ", Assert.Throws<ModelGenException>(() => TextCorpus.Read(path)).Message);
    }

    [Fact]
    public void AFileThatIsNotTextIsLeftOutOfAFolderByNameAndRefusedAlone()
    {
        _folder.Write("a.txt", "one\n"u8);
        var picture = _folder.Write("b.png", [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 0x0D]);
        var wide = _folder.Write("c.txt", [0xFF, 0xFE, .. "a\0\0\0"u8]);
        var corpus = TextCorpus.Read(_folder.ToString());
        Assert.Equal("one\n", corpus.ReadToEnd());
        Assert.Equal([_folder["a.txt"]], corpus.Files);
        Assert.Equal(
            [new FileProblem(picture, "is not text: it is a PNG file"), new FileProblem(wide, "is not text: byte 4 is NUL")],
            corpus.Problems
        );
        Assert.Equal(
            $"The file '{picture}' is not text: it is a PNG file; pass a text file, in UTF-8.",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(picture)).Message
        );
        File.Delete(_folder["a.txt"]);
        Assert.Equal(
            $"The folder '{_folder}' holds no text: '{picture}' is not text: it is a PNG file, and 1 more; put UTF-8 text files into it.",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(_folder.ToString())).Message
        );
    }

    // Not each of them has a NUL; and a text may begin like one.
    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 1, 2 }, "JPEG")]
    [InlineData(new byte[] { (byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', (byte)'1', (byte)'\n', 0xE2, 0xE3 }, "PDF")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 8, 0xFF, 0xFE }, "gzip")]
    public void AFileOfAKnownFormatIsLeftOutByItsName(byte[] content, string format)
    {
        _folder.Write("a.txt", "%PDF-1.7 is how a PDF file begins, and GIF89a a GIF file.\n"u8);
        _folder.Write("b.txt", "GIF89a\n"u8);
        var other = _folder.Write("c.txt", content);

        var corpus = TextCorpus.Read(_folder.ToString());

        Assert.Equal([_folder["a.txt"], _folder["b.txt"]], corpus.Files);
        Assert.Equal([new FileProblem(other, $"is not text: it is a {format} file")], corpus.Problems);
        Assert.StartsWith(
            $"The file '{other}' is not text: it is a {format} file; ",
            Assert.Throws<ModelGenException>(() => TextCorpus.Read(other)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void NothingOfAFolderOfTextsIsReadTwiceOrLeftBehindByASystem()
    {
        _folder.Write("texts/a.txt", "one\n"u8);
        _folder.Write("texts/Thumbs.db", [0xD0, 0xCF, 0x11, 0xE0]);
        _folder.Write("texts/sub/desktop.ini", "[.ShellClassInfo]"u8);
        _folder.Write("texts/sub/labels.csv", "a,b\n"u8);
        _folder.Write("texts/__MACOSX/c.txt", "three\n"u8);
        _folder.Write("elsewhere/b.txt", "two\n"u8);
        File.CreateSymbolicLink(_folder["texts/sub/up"], "..");
        File.CreateSymbolicLink(_folder["texts/more"], _folder["elsewhere"]);
        var corpus = TextCorpus.Read(_folder["texts"]);
        Assert.Equal("one\ntwo\na,b\n", corpus.ReadToEnd());
        Assert.Equal(_folder["texts/sub/up"], Assert.Single(corpus.Problems).File);
    }

    [Fact]
    public void ReadingTellsItsProgressAndStopsWhenCancelled()
    {
        _folder.Write(
            "a.txt",
            new byte[700_000]
                .Select(static _ => (byte)'a')
                .ToArray()
        );
        _folder.Write(
            "b.txt",
            new byte[300_000]
                .Select(static _ => (byte)'b')
                .ToArray()
        );
        var shares = new Shares();
        var corpus = TextCorpus.Read(_folder.ToString(), shares);
        Assert.Equal(shares.Reported.Order(), shares.Reported);
        Assert.Equal(1, shares.Reported[^1]);
        Assert.InRange(shares.Reported.Count, 4, 100);

        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            TextCorpus.Read(_folder["a.txt"], new Shares { On = _ => stop.Cancel() }, stop.Token)
        );
        using var later = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            corpus.Pieces(new Shares { On = _ => later.Cancel() }, later.Token).Sum(static piece => piece.Length)
        );
    }

    [Fact]
    public void AFileThatChangesAfterItWasCheckedIsTold()
    {
        var path = _folder.Write("a.txt", "abc"u8);
        var corpus = TextCorpus.Read(path);
        _folder.Write("a.txt", "abcd"u8);
        Assert.Equal(
            $"The file '{path}' had 3 characters when it was checked, and 4 when it was read again; start again when nothing writes to it.",
            Assert.Throws<ModelGenException>(corpus.ReadToEnd).Message
        );
        File.Delete(path);
        Assert.StartsWith($"Cannot read the text '{path}'", Assert.Throws<ModelGenException>(corpus.ReadToEnd).Message);
    }

    /// <summary>A text costs its pieces, not its length.</summary>
    [Fact]
    public void ReadingHoldsNoMoreThanPiecesOfTheText()
    {
        var line = Encoding.UTF8.GetBytes(new string('a', 99) + "\n");
        var path = _folder.Write("text.txt", [.. Enumerable.Repeat(line, 200_000).SelectMany(static bytes => bytes)]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var corpus = TextCorpus.Read(path);
        var characters = corpus.Pieces().Sum(static piece => (long)piece.Length);
        Assert.Equal(20_000_000, characters);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
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
        Assert.Equal("x", TextCorpus.FromText("x").ReadToEnd());
    }

    private static string RandomText(Random random, int length)
    {
        string[] characters = ["a", "\n", "ß", "€", "😀", "𝄞", "한"];
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(characters[random.Next(characters.Length)]);
        }

        return text.ToString();
    }
}
