using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests.Language;

namespace ModelGen.Compiler.Tests;

/// <summary>Equal meaning gives equal values and equal bytes, whatever the layout, the machine's culture and the order of work.</summary>
public sealed partial class DeterminismTests
{
    public static TheoryData<string> Specs => [.. Repository.Specs];

    [Theory]
    [MemberData(nameof(Specs))]
    public void ParsingTwiceGivesEqualSpecs(string path)
    {
        var (one, other) = (SpecCompiler.Parse(Repository.Read(path)), SpecCompiler.Parse(Repository.Read(path)));

        Assert.NotSame(one.Spec, other.Spec);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(SpecCompiler.Generate(one.Spec!, "N"), SpecCompiler.Generate(other.Spec!, "N"));
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void LayoutIsNoPartOfTheMeaning(string path)
    {
        var text = Repository.Read(path);
        var original = SpecCompiler.Parse(text);
        string[] layouts =
        [
            "# A comment.\n\n" + text,
            Comment().Replace(text, ""),
            Colon().Replace(text, ":   "),
            SpecText.Parse(text).Write(),
        ];
        foreach (var layout in layouts)
        {
            var edited = SpecCompiler.Parse(layout);

            Assert.Empty(edited.Diagnostics);
            Assert.Equal(original.Spec, edited.Spec);
            Assert.Equal(original.Spec!.GetHashCode(), edited.Spec!.GetHashCode());
            Assert.Equal(SpecCompiler.Generate(original.Spec, "N").Code, SpecCompiler.Generate(edited.Spec, "N").Code);
        }

        Assert.NotEqual(original.Places, SpecCompiler.Parse(layouts[0]).Places);
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void LineEndsChangeNothing(string path)
    {
        var text = Repository.Read(path).ReplaceLineEndings("\n");

        Assert.Equal(SpecCompiler.Compile(text, path, "N").Code, SpecCompiler.Compile(text.ReplaceLineEndings("\r\n"), path, "N").Code);
    }

    [Fact]
    public void CultureChangesNothing()
    {
        var expected = Everything();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            foreach (var other in new[] { "tr-TR", "de-DE", "fa-IR", "ar-SA" }.Select(Culture))
            {
                CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = other;
                Assert.Equal(expected, Everything());
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        }
    }

    [Fact]
    public void GeneratedCodeHasLineFeedsAlone()
    {
        Assert.All(Repository.Specs, path =>
            Assert.DoesNotContain('\r', SpecCompiler.Compile(Repository.Read(path).ReplaceLineEndings("\r\n"), path, "N").Code!.ToString())
        );
    }

    [Theory]
    [InlineData("width: 8", "width: 9")]
    [InlineData("4 * $width", "3 * $width")]
    [InlineData("relu", "gelu")]
    [InlineData("model: M", "model: N")]
    [InlineData("summary: s", "summary: t")]
    [InlineData("as: a", "as: b")]
    [InlineData("from: input", "from: a")]
    public void EveryValueIsPartOfTheMeaning(string value, string other)
    {
        const string Text =
            "model: M\nsummary: s\nfamily: network\nlet: { width: 8 }\ndata: { tensor: [4, 32] }\nnetwork:\n  - linear: 4 * "
            + "$width\n  - { relu: , as: a }\n  - { linear: 32, as: c }\n  - { add: , from: [a, c] }\n  - residual: [{ elu: , from: input }]\n";

        Assert.NotEqual(SpecCompiler.Parse(Text).Spec, SpecCompiler.Parse(Text.Replace(value, other, StringComparison.Ordinal)).Spec);
    }

    // Messages included, because figures stand in them, too.
    private static string Everything() =>
        string.Join(
            '\n',
            Repository
                .Specs.Select(path => SpecCompiler.Compile(Repository.Read(path), path, "N").Code!.ToString())
                .Concat(EveryWord.Specs.Select(pair => SpecCompiler.Compile(pair.Spec, "e.model.yaml", "N").Code!.ToString()))
                .Append(
                    string.Join(
                        '\n',
                        Spec.Errors(
                            "model: M\nfamily: network\ndata: { tensor: [4, 9] }\nnetwork:\n  - linear: 99999999999\n  - dropout: "
                                + "-0.125\n  - LINEAR: 3\n  - reshape: [-1, 5]\n"
                        )
                    )
                )
                .Append(Schema.Pages.Text)
        );

    // Without the system's tables of cultures: what differs between them is set by hand.
    private static CultureInfo Culture(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = name is "de-DE" or "tr-TR" ? "," : "٫";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = name == "fa-IR" ? "\u200E\u2212" : "\u2212";
        culture.NumberFormat.PositiveSign = "\u200E+";
        return culture;
    }

    [GeneratedRegex("(?m)[ ]*#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(":(?=\\s)")]
    private static partial Regex Colon();
}
