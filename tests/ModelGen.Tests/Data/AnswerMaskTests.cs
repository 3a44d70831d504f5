using ModelGen.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Which tokens of a sample belong to answers.</summary>
public sealed class AnswerMaskTests
{
    private const long Answer = 1;
    private const long End = 2;

    // A sample with the token after its last one, and an x under each token that belongs to an answer.
    [Theory]
    [InlineData("ab>cd.ef>g.", "   xxx   xx")]
    [InlineData("ab.cd>e.fgh", "xxx   xx   ")] // begins in an answer, which its end tells
    [InlineData("abcdef.gh>i", "xxxxxxx   x")]
    [InlineData(">abcdefghij", " xxxxxxxxxx")]
    [InlineData(".abcdefghij", "           ")] // the first is no target
    [InlineData("abcdefghij.", "xxxxxxxxxxx")]
    [InlineData("abcdefghij>", "           ")]
    [InlineData("abcABC01234", "           ")] // has neither
    [InlineData("a>b>c.d.e>f", "  xxxx    x")] // two of a kind
    [InlineData(">.>.>.>.>.>", " x x x x x ")] // empty answers
    public void TheyStandBetweenTheTwoTokens(string sample, string answers)
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(Tokens(sample), [1, sample.Length]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var mask = new AnswerMask(Answer, End).Of(tokens[.., ..^1], tokens[.., 1..]);
        Assert.Equal([1, sample.Length - 1], mask.shape);
        Assert.Equal(before + 3, DisposeScopeManager.Statistics.ThreadTotalLiveCount); // with the two parts
        Assert.Equal(answers[1..].Select(static mark => mark == 'x'), mask.data<bool>().ToArray());
    }

    [Fact]
    public void EachSampleIsByItself()
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var rows = Enumerable
            .Range(0, 200)
            .Select(_ => new string([.. Enumerable.Range(0, 12).Select(_ => "ab>."[random.Next(4)])]))
            .ToArray();
        var tokens = tensor(rows.SelectMany(Tokens).ToArray(), [200, 12]);
        var mask = new AnswerMask(Answer, End).Of(tokens[.., ..^1], tokens[.., 1..]);
        Assert.Equal(rows.SelectMany(Expected), mask.data<bool>().ToArray());
    }

    private static long[] Tokens(string sample) =>
        [
            .. sample.Select(static c =>
                c switch
                {
                    '>' => Answer,
                    '.' => End,
                    _ => c,
                }
            ),
        ];

    private static bool[] Expected(string sample)
    {
        var isInside = sample.FirstOrDefault(static c => c is '>' or '.') == '.';
        var answers = new bool[sample.Length];
        for (var at = 0; at < sample.Length; at++)
        {
            answers[at] = isInside;
            isInside = sample[at] switch
            {
                '>' => true,
                '.' => false,
                _ => isInside,
            };
        }

        return answers[1..];
    }
}
