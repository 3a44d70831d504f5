using System.Text;
using System.Xml.Linq;
using ModelGen.Examples;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Examples;

public sealed class DocsGptDocumentationTests
{
    [Theory]
    [InlineData("N:System.Text", "System.Text")]
    [InlineData("T:System.Collections.BitArray", "BitArray")]
    [InlineData("T:System.Collections.Generic.List`1", "List<T>")]
    [InlineData("T:System.Collections.Generic.Dictionary`2", "Dictionary<T, T2>")]
    [InlineData("T:System.Collections.Generic.Dictionary`2.Enumerator", "Enumerator")]
    [InlineData("F:System.Int32.MaxValue", "Int32.MaxValue")]
    [InlineData("P:System.Collections.Generic.List`1.Count", "List<T>.Count")]
    [InlineData(
        "P:System.Xml.XmlAttributeCollection.System#Collections#ICollection#IsSynchronized",
        "XmlAttributeCollection.IsSynchronized"
    )]
    [InlineData("M:System.Security.SecureString.#ctor", "SecureString")]
    [InlineData("M:System.Collections.BitArray.#ctor(System.Boolean[])", "BitArray(Boolean[])")]
    [InlineData("M:System.String.Format(System.String,System.Object)", "String.Format(String, Object)")]
    [InlineData("M:System.Math.DivRem(System.Int32,System.Int32,System.Int32@)", "Math.DivRem(Int32, Int32, Int32)")]
    [InlineData(
        "M:System.Linq.ParallelEnumerable.WithCancellation``1(System.Linq.ParallelQuery{``0},System.Threading.CancellationToken)",
        "ParallelEnumerable.WithCancellation<T>(ParallelQuery<T>, CancellationToken)"
    )]
    [InlineData(
        "M:X.Y.Use(System.Func{System.Collections.Generic.IList{System.String},System.Tuple{`0,``1}},System.Int32[0:,0:])",
        "Y.Use(Func<IList<String>, Tuple<T, T2>>, Int32[0:,0:])"
    )]
    [InlineData("M:System.Decimal.op_Implicit(System.Byte)~System.Decimal", "Decimal.op_Implicit(Byte)")]
    [InlineData("Overload:System.Console.WriteLine", "Console.WriteLine")]
    [InlineData("System.Text.Encoding", "Encoding")]
    [InlineData("true", "true")]
    public void ReferencesBecomeReadableNames(string id, string name) => Assert.Equal(name, DocumentationProse.ReadableName(id));

    [Theory]
    [InlineData("<summary>\n   Sorts   the\tlist.\n </summary>", "Sorts the list.")]
    [InlineData(
        "<returns><see langword=\"true\" /> if <paramref name=\"a\" /> is a <typeparamref name=\"T\" />; otherwise, <see "
            + "langword=\"false\" />.</returns>",
        "true if a is a T; otherwise, false."
    )]
    [InlineData("<summary>At most <see cref=\"F:System.Int32.MaxValue\">the largest Int32</see>.</summary>", "At most the largest Int32.")]
    [InlineData(
        "<summary>See <see href=\"https://example.org/a\" /> or <a href=\"https://example.org/b\">the page</a>.</summary>",
        "See https://example.org/a or the page."
    )]
    [InlineData("<summary><para>One.</para><para>Two <c>inline</c> words.</para></summary>", "One. Two inline words.")]
    [InlineData("<summary>Is <code data-dev-comment-type=\"langword\">true</code> here.</summary>", "Is true here.")]
    [InlineData("<remarks>Call it so: <code>\nlist.Sort();\n</code></remarks>", "Call it so:")]
    [InlineData(
        "<returns>A sign. <list "
            + "type=\"table\"><listheader><term>Value</term></listheader><item><term>Zero</term><description>Both are "
            + "equal.</description></item></list></returns>",
        "A sign. Zero: Both are equal."
    )]
    [InlineData("<summary>Less &lt; than <xref uid=\"System.UInt32\"></xref>.</summary>", "Less < than UInt32.")]
    public void ProseIsWhatAReaderSees(string xml, string prose) =>
        Assert.Equal(prose, DocumentationProse.Render(XElement.Parse(xml, LoadOptions.PreserveWhitespace)));

    [Fact]
    public void PassagesAreLabelledAndCleanedAndEntriesKeptOnce()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <doc><assembly><name>Shop</name></assembly><members>
              <member name="T:Shop.Basket`1"><summary>Holds what a person’s going to buy.</summary><typeparam name="T">The type of the wares.</typeparam></member>
              <member name="M:Shop.Basket`1.Add(`0)">
                <summary>Adds one ware to the basket.</summary>
                <param name="ware">The ware to add.</param>
                <returns><see langword="true" /> if there was room; otherwise, <see langword="false" />.</returns>
                <exception cref="T:System.ArgumentNullException"><paramref name="ware" /> is <see langword="null" />.</exception>
                <remarks>A full basket refuses it.</remarks>
                <example><code>basket.Add(apple);</code></example>
              </member>
              <member name="M:Shop.Basket`1.TryAdd(`0)"><summary>Adds one ware to the basket.</summary><param name="ware">The ware to add.</param></member>
              <member name="M:Shop.Bag.TryAdd(System.Object)"><summary>Adds one  ware to the basket.</summary><param name="ware">The <b>ware</b> to add.</param></member>
              <member name="M:Shop.Basket`1.Sum"><inheritdoc /></member>
              <member name="M:Shop.Simd.Sum"><summary>__m128i _mm_add_epi8 (__m128i a, __m128i b) PADDB xmm1, xmm2/m128</summary><returns /></member>
              <member name="P:Shop.Basket`1.Count"><summary>The count.</summary><value>How many wares it holds.</value></member>
            </members></doc>
            """,
            "Shop.xml"
        );

        var documentation = DotnetDocumentation.Read([file], long.MaxValue);

        Assert.Equal(
            """
            Holds what a person's going to buy.
            Type parameter T: The type of the wares.

            Adds one ware to the basket.
            Parameter ware: The ware to add.
            Returns: true if there was room; otherwise, false.
            Throws ArgumentNullException: ware is null.
            Remarks: A full basket refuses it.

            Adds one ware to the basket.
            Parameter ware: The ware to add.

            Value: How many wares it holds.


            """,
            documentation.Text,
            ignoreLineEndingDifferences: true
        );
        Assert.Equal((15, 3), (documentation.Passages, documentation.NotProse));
        Assert.Equal(
            (7, 2, 1, 4, 4),
            (documentation.Entries, documentation.Empty, documentation.Duplicates, documentation.Distinct, documentation.Kept)
        );
        Assert.Equal(1, documentation.Files);
        Assert.Equal(new FileInfo(file).Length, documentation.XmlBytes);
        Assert.Equal(Encoding.UTF8.GetByteCount(documentation.Text), documentation.DistinctBytes);
    }

    [Fact]
    public void ALimitKeepsWholeMembersFromEverywhere()
    {
        using var folder = new TemporaryFolder();
        var members = Enumerable
            .Range(0, 4000)
            .Select(i =>
                $"<member name=\"F:A.F{i}\"><summary>This is number {i}, "
                + $"{string.Concat(Enumerable.Repeat("and so on, ", i % 7))}of many.</summary></member>"
            );
        var file = folder.Write($"<doc><members>{string.Concat(members)}</members></doc>", "A.xml");
        var whole = DotnetDocumentation.Read([file], long.MaxValue);

        var some = DotnetDocumentation.Read([file], whole.DistinctBytes / 5);

        var wholeMembers = whole.Text.Split("\n\n");
        var someMembers = some.Text.Split("\n\n");
        Assert.Equal(some.Kept, someMembers.Length - 1);
        Assert.Subset(wholeMembers.ToHashSet(), someMembers.ToHashSet());
        Assert.Equal(whole.DistinctBytes, some.DistinctBytes);
        Assert.InRange(Encoding.UTF8.GetByteCount(some.Text), whole.DistinctBytes / 5 - 200, whole.DistinctBytes / 5 + 200);

        // A fifth of every tenth of the text, and the same again on a second reading.
        for (var tenth = 0; tenth < 10; tenth++)
        {
            Assert.InRange(someMembers.Intersect(wholeMembers.Skip(400 * tenth).Take(400)).Count(), 60, 100);
        }

        Assert.Equal(some, DotnetDocumentation.Read([file], whole.DistinctBytes / 5));
    }

    [Fact]
    public void TheNewestVersionOfEachPackIsFound()
    {
        using var folder = new TemporaryFolder();
        var expected = new[]
        {
            folder.Write("", "packs", "A.Ref", "10.0.2", "ref", "net10.0", "A.xml"),
            folder.Write("", "packs", "A.Ref", "10.0.2", "ref", "net10.0", "B.xml"),
            folder.Write("", "packs", "B.Ref", "10.0.0-rc.1", "ref", "net10.0", "C.xml"),
        };
        folder.Write("", "packs", "A.Ref", "9.0.11", "ref", "net9.0", "A.xml");
        folder.Write("", "packs", "A.Ref", "10.0.10", "ref", "netstandard2.1", "A.xml");
        folder.Write("", "packs", "A.Ref", "10.0.2", "ref", "net10.0", "A.dll");
        folder.Write("", "packs", "A.Host", "10.0.2", "ref", "net10.0", "D.xml");
        folder.Write("", "packs", "Empty.Ref", "10.0.2", "data", "X.xml");

        Assert.Equal(expected, DotnetDocumentation.FindFiles([folder.Of("nowhere"), folder.Path]));
    }

    [Fact]
    public void NoDocumentationIsAClearError()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Of("packs"));

        var exception = Assert.Throws<ModelGenException>(() => DotnetDocumentation.FindFiles([folder.Path]));

        Assert.Equal(
            $"The .NET SDK's documentation (*.Ref/VERSION/ref/netX.0/*.xml) is not in {folder.Of("packs")}; "
                + "set DOTNET_ROOT to an SDK that has it, or give other text with --data PATH.",
            exception.Message
        );
    }

    [Fact]
    public void BrokenXmlIsAClearError()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("<doc><members><member></doc>", "Broken.xml");

        var exception = Assert.Throws<ModelGenException>(() => DotnetDocumentation.Read([file], long.MaxValue));

        Assert.StartsWith($"Cannot read {file}: ", exception.Message);
        Assert.EndsWith("; repair the .NET SDK, or give other text with --data PATH.", exception.Message);
    }

    [Fact]
    public void ThisMachinesSdkHasDocumentation()
    {
        var files = DotnetDocumentation.FindFiles(DotnetDocumentation.DotnetRoots());

        Assert.Contains(files, file => Path.GetFileName(file) == "System.Collections.xml");
    }
}
