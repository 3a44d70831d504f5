using ModelGen.Data;
using ModelGen.Objectives;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Which tokens are masked, and what stands in their place: Devlin et al. 2019, section 3.1.</summary>
public sealed class TokenMaskTests
{
    private const int MaskToken = 256;
    private const int Rows = 400;
    private const int Length = 50;

    private static readonly int[] Replacements = [.. Enumerable.Range(1000, 4)];

    [Theory]
    [InlineData(0.15, 1, 8)]
    [InlineData(0.3, 3.8, 15)]
    [InlineData(1, 1, 50)]
    [InlineData(1, 20, 50)]
    [InlineData(0.001, 1, 1)]
    public void EachSequenceHasAsMany(double rate, double span, int count)
    {
        var (tokens, inputs, positions, targets) = Draw(new() { Rate = rate, Span = span });
        Assert.Equal(Rows * count, positions.Length);
        Assert.Equal(positions.Length, positions.Distinct().Count());
        Assert.All(positions.Chunk(count).Select(static (row, i) => (row, i)), static pair =>
            Assert.All(pair.row, at => Assert.Equal(pair.i, at / Length))
        );
        Assert.Equal(positions.Select(at => tokens[at]), targets);
        var masked = positions.ToHashSet();
        Assert.All(Enumerable.Range(0, tokens.Length).Where(at => !masked.Contains(at)), at => Assert.Equal(tokens[at], inputs[at]));
    }

    // Binomial shares of 3,200 tokens, within five standard deviations.
    [Fact]
    public void OfTheMaskedEightInTenAreTheMaskTokenOneARandomOneAndOneUnchanged()
    {
        var (tokens, inputs, positions, _) = Draw(new());
        double n = positions.Length;
        Within(0.8, positions.Count(at => inputs[at] == MaskToken));
        Within(0.1, positions.Count(at => Replacements.Contains((int)inputs[at])));
        Within(0.1, positions.Count(at => inputs[at] == tokens[at]));
        Assert.All(Replacements, each => Within(0.025, positions.Count(at => inputs[at] == each)));
        Assert.All(Enumerable.Range(0, Length), column => Within(1.0 / Length, positions.Count(at => at % Length == column)));

        void Within(double share, int count) => Assert.InRange(count / n, share - Deviations(share), share + Deviations(share));

        double Deviations(double share) => 5 * Math.Sqrt(share * (1 - share) / n);
    }

    // A span ends at the sequence's end, at one chosen before and where enough are chosen, so that runs are somewhat shorter or longer.
    [Fact]
    public void SpansHaveTheMeanLength()
    {
        var (_, _, positions, _) = Draw(new() { Rate = 0.1, Span = 4 });
        var runs = 0;
        var all = positions.ToHashSet();
        foreach (var at in positions)
        {
            runs += at % Length == 0 || !all.Contains(at - 1) ? 1 : 0;
        }

        Assert.InRange((double)positions.Length / runs, 2.2, 4);
        Assert.InRange((double)positions.Length / Runs(new() { Rate = 0.1 }), 1, 1.25);

        static int Runs(MaskedTokenOptions options)
        {
            var places = Draw(options).Positions.ToHashSet();
            return places.Count(at => at % Length == 0 || !places.Contains(at - 1));
        }
    }

    [Fact]
    public void TheDrawsOfASequenceDependOnItsNumberAndTheSeedAlone()
    {
        var whole = Draw(new());
        var part = Draw(new(), first: 100, rows: 30);
        Assert.Equal(whole.Inputs[(100 * Length)..(130 * Length)], part.Inputs);
        Assert.Equal(whole.Positions.Skip(100 * 8).Take(30 * 8).Select(static at => at - (100 * Length)), part.Positions);
        Assert.NotEqual(whole.Inputs, Draw(new(), seed: 8).Inputs);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.1, 0.9)]
    [InlineData(0.1, double.PositiveInfinity)]
    public void OptionsOutOfRangeAreRefused(double rate, double span) =>
        Assert.Throws<ArgumentException>(() => new MaskedTokenOptions { Rate = rate, Span = span }.Check());

    private static (long[] Tokens, long[] Inputs, long[] Positions, long[] Targets) Draw(
        MaskedTokenOptions options,
        ulong seed = 7,
        int first = 0,
        int rows = Rows
    )
    {
        var tokens = Enumerable.Range(first * Length, rows * Length).Select(static at => (long)(at * 37 % 251)).ToArray();
        var masker = new TokenMasker(options, MaskToken, Replacements, words: null);
        using var mask = masker.Draw(tensor(tokens, [rows, Length]), seed, first);
        return (tokens, [.. mask.Inputs.data<long>()], [.. mask.Positions.data<long>()], [.. mask.Targets.data<long>()]);
    }
}
