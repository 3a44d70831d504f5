using ModelGen.Build;

namespace ModelGen.Package.Tests.Build;

public class ElfImageTests
{
    private const string Library = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void ReadsWhatReadelfReads()
    {
        var needs = new ElfImage(Published()).ReadVersionNeeds();

        // readelf -V of the file in TorchSharp 0.107.0.
        Assert.Equal(
            [
                "GLIBCXX_3.4.30",
                "GLIBCXX_3.4.29",
                "CXXABI_1.3.13",
                "GLIBCXX_3.4.14",
                "GLIBCXX_3.4.26",
                "GLIBCXX_3.4.19",
                "CXXABI_1.3.1",
                "GLIBCXX_3.4.32",
                "GLIBCXX_3.4.18",
                "CXXABI_1.3.5",
                "GLIBCXX_3.4.22",
                "GLIBCXX_3.4.9",
                "CXXABI_1.3.3",
                "GLIBCXX_3.4.11",
                "GLIBCXX_3.4.15",
                "GLIBCXX_3.4.20",
                "GLIBCXX_3.4.21",
                "CXXABI_1.3.9",
                "CXXABI_1.3",
                "GLIBCXX_3.4",
            ],
            needs.Where(need => need.Library == Library).Select(need => need.Version)
        );
        Assert.Equal(
            ["GLIBC_2.14", "GLIBC_2.34", "GLIBC_2.32", "GLIBC_2.4", "GLIBC_2.2.5"],
            needs.Where(need => need.Library == "libc.so.6").Select(need => need.Version)
        );
        Assert.DoesNotContain(needs, need => need.IsWeak);
    }

    [Fact]
    public void WeakensOneNeedAndNothingElse()
    {
        var before = Published();
        var after = Published();

        Assert.True(new ElfImage(after).Weaken(Library, Version));

        var changed = Enumerable.Range(0, before.Length).Where(at => before[at] != after[at]).ToList();
        Assert.Equal([(byte)0], changed.Select(at => before[at]));
        Assert.Equal([(byte)2], changed.Select(at => after[at]));
        var weak = Assert.Single(new ElfImage(after).ReadVersionNeeds(), need => need.IsWeak);
        Assert.Equal((Library, Version), (weak.Library, weak.Version));
    }

    [Fact]
    public void WeakeningTwiceIsWeakeningOnce()
    {
        var once = Published();
        new ElfImage(once).Weaken(Library, Version);
        var twice = (byte[])once.Clone();

        Assert.False(new ElfImage(twice).Weaken(Library, Version));
        Assert.Equal(once, twice);
    }

    [Theory]
    [InlineData(Library, "GLIBCXX_9.9.99")]
    [InlineData("libc.so.6", Version)]
    public void LeavesAFileWithoutTheNeedAlone(string library, string version)
    {
        var bytes = Published();

        Assert.False(new ElfImage(bytes).Weaken(library, version));
        Assert.Equal(Published(), bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MZ and then some more bytes, as a Windows library would have, enough for a header")]
    [InlineData("\u007fELF\u0001\u0001 a 32-bit file of at least sixty-four bytes, which this code does not read")]
    public void RefusesWhatIsNotA64BitElfFile(string content)
    {
        var error = Assert.Throws<InvalidDataException>(() => new ElfImage([.. content.Select(each => (byte)each)]));
        Assert.Contains("ELF", error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A file cut anywhere before the end of the last table is refused; one cut later only lost what the loader's tables do not need here.
    /// </summary>
    [Fact]
    public void RefusesAFileThatIsCutShort()
    {
        var whole = Published();
        var last = new ElfImage(whole).ReadVersionNeeds().Max(need => need.FlagsOffset) + 12;
        var random = new Random(1);
        foreach (var length in Enumerable.Range(0, 600).Select(_ => random.Next(last)).Concat([63, 64, 65, last - 1]))
        {
            var cut = whole[..length];
            var error = Assert.Throws<InvalidDataException>(() => new ElfImage(cut).Weaken(Library, Version));
            Assert.NotEmpty(error.Message);
            Assert.Equal(whole[..length], cut);
        }
    }

    /// <summary>
    /// Damage in any table gives an answer or an <see cref="InvalidDataException"/>, and no byte changes but a weak flag.
    /// </summary>
    [Fact]
    public void SurvivesDamagedTables()
    {
        var whole = Published();
        var needs = new ElfImage(whole).ReadVersionNeeds();
        var first = needs.Min(need => need.FlagsOffset) - 32;
        var last = needs.Max(need => need.FlagsOffset) + 12;
        var dynamic = DynamicSegment(whole);
        (int Start, int End)[] tables = [(0, 64 + (16 * 56)), (first, last), dynamic];
        var random = new Random(2);
        var refused = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var (start, end) = tables[i % tables.Length];
            var at = random.Next(start, end - 8);
            var kept = whole[at..(at + 8)];
            random.NextBytes(whole.AsSpan(at, random.Next(1, 9)));
            var damaged = whole[at..(at + 8)];
            try
            {
                foreach (var need in new ElfImage(whole).ReadVersionNeeds())
                {
                    Assert.InRange(need.FlagsOffset, 0, whole.Length - 2);
                }
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            Assert.Equal(damaged, whole[at..(at + 8)]);
            kept.CopyTo(whole, at);
        }

        Assert.InRange(refused, 100, 4_900);
        Assert.Equal(Published(), whole);
    }

    private static byte[] Published() => File.ReadAllBytes(Repository.PublishedLibrary);

    private static (int Start, int End) DynamicSegment(byte[] bytes)
    {
        var headers = (int)BitConverter.ToUInt64(bytes, 32);
        var count = BitConverter.ToUInt16(bytes, 56);
        var header = Enumerable.Range(0, count).Select(i => headers + (i * 56)).Single(at => BitConverter.ToUInt32(bytes, at) == 2);
        var start = (int)BitConverter.ToUInt64(bytes, header + 8);
        return (start, start + (int)BitConverter.ToUInt64(bytes, header + 32));
    }
}
