using ModelGen.Cli.Tables;

namespace ModelGen.Cli.Tests;

/// <summary>Tables, and what is in them.</summary>
public sealed class TextTableTests
{
    private static readonly TableColumn[] Columns = [new("name", 0), new("least", 3), new("state", 1), new("loss", 2)];

    private static readonly IReadOnlyList<string>[] Rows =
    [
        ["runs/first", "aaa", "finished", "1.5"],
        ["b", "", "-", "10"],
    ];

    [Theory]
    [InlineData(null, "name        least  state     loss|runs/first  aaa    finished  1.5|b                  -         10")]
    [InlineData(33, "name        least  state     loss|runs/first  aaa    finished  1.5|b                  -         10")]
    [InlineData(32, "name        state     loss|runs/first  finished  1.5|b           -         10")]
    [InlineData(25, "name        state|runs/first  finished|b           -")]
    [InlineData(19, "name|runs/first|b")]
    [InlineData(8, "name|...first|b")]
    public void ColumnsGiveWayByTheirRanks(int? width, string lines)
    {
        Assert.Equal(lines.Split('|'), TextTable.Lines(Columns, Rows, width));
        Assert.Equal(
            width is null or >= 33,
            TextTable.Fits(
                [
                    ["name", "least", "state", "loss"],
                    .. Rows,
                ],
                width
            )
        );
    }

    [Fact]
    public void EveryLineFitsHoweverNarrow()
    {
        for (var width = 3; width < 40; width++)
        {
            Assert.All(TextTable.Lines(Columns, Rows, width), line => Assert.InRange(line.Length, 0, Math.Max(4, width)));
        }
    }

    [Theory]
    [InlineData("größe", 5)]
    [InlineData("gro\u0308sse", 6)]
    [InlineData("数据", 4)]
    [InlineData("한글 ｆ", 7)]
    [InlineData("データ", 6)]
    [InlineData("🙂", 2)]
    [InlineData("данные", 6)]
    public void WideCharactersTakeTwoColumnsAndCombiningOnesNone(string text, int width) => Assert.Equal(width, DisplayWidth.Of(text));

    [Fact]
    public void NamesCannotMoveTheCursor() =>
        Assert.Equal(
            ["a", "\u241B[2J\u240Ab\u2409"],
            TextTable.Lines(
                [new("a", 0)],
                [
                    ["\e[2J\nb\t"],
                ],
                null
            )
        );

    [Theory]
    [InlineData(0, "0")]
    [InlineData(2, "2")]
    [InlineData(-2.5, "-2.5000")]
    [InlineData(0.01, "0.0100")]
    [InlineData(0.00123456, "0.0012346")]
    [InlineData(999.5, "999.5000")]
    [InlineData(8746.64, "8746.6")]
    [InlineData(434839552, "434839552")]
    [InlineData(1.5e12, "1500000000000")]
    [InlineData(1.23456e20, "1.2346E+20")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void NumbersHaveAsManyDigitsAsSaySomething(double value, string text) => Assert.Equal(text, NumberText.Of(value));

    [Theory]
    [InlineData("0:1 1:2 2:3 3:4", 8, "▁▃▆█")]
    [InlineData("0:1 1:3 2:5 3:7", 2, "▁█")]
    [InlineData("5:2", 8, "▁")]
    [InlineData("0:2 1:2", 8, "▁▁")]
    [InlineData("0:1 1:NaN 2:2", 8, "▁!█")]
    [InlineData("0:1 100:2 101:3 102:4", 4, "▁  █")]
    [InlineData("", 8, "")]
    public void ASparklineGoesFromTheLowestValueToTheHighest(string points, int width, string line) =>
        Assert.Equal(
            line,
            Sparkline.Draw(
                [
                    .. points
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Select(static point =>
                            (
                                long.Parse(point.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture),
                                double.Parse(point.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)
                            )
                        ),
                ],
                width,
                isUnicode: true
            )
        );
}
