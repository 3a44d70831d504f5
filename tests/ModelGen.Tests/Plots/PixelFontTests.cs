using ModelGen.Plots;

namespace ModelGen.Tests.Plots;

public class PixelFontTests
{
    [Fact]
    public void EveryPrintableCharacterIsDrawnAndLikeNoOther()
    {
        var glyphs = Enumerable.Range(' ', 95).Select(static code => Glyph((char)code)).ToArray();
        Assert.Equal(95, glyphs.Distinct().Count());
        Assert.DoesNotContain('#', glyphs[0]);
        Assert.All(glyphs[1..], static glyph => Assert.Contains('#', glyph));
        Assert.DoesNotContain(Glyph('ü'), glyphs);
        Assert.Equal(Glyph('ü'), Glyph('\n'));
        Assert.Equal("..#...##....#....#....#....#...###..........", Glyph('1')[..44]);
    }

    [Fact]
    public void TextIsAsWideAsItsCharactersAndTheGapsBetweenThem()
    {
        Assert.Equal(0, PixelFont.Measure("", 2));
        Assert.Equal(10, PixelFont.Measure("a", 2));
        Assert.Equal(34, PixelFont.Measure("abc", 2));
    }

    private static string Glyph(char character) =>
        string.Concat(
            from row in Enumerable.Range(0, PixelFont.Height)
            from column in Enumerable.Range(0, PixelFont.Width)
            select PixelFont.IsInk(character, column, row) ? '#' : '.'
        );
}
