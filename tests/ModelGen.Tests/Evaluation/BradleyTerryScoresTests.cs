using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class BradleyTerryScoresTests
{
    private const double Quantile = 1.959963984540054;

    // s_1 − s_2 is the logit of the win rate, with the variance 1 / (n p (1 − p)); each score is half of that from the mean.
    [Theory]
    [InlineData(12.5, 7.5)]
    [InlineData(1, 1)]
    [InlineData(0.5, 999.5)]
    public void TwoHaveTheLogitOfTheWinRateBetweenThem(double wins, double losses)
    {
        var scores = BradleyTerryScores.Of(
            new[,]
            {
                { 0, wins },
                { losses, 0 },
            }
        );

        var (half, error) = (Math.Log(wins / losses) / 2, Math.Sqrt((wins + losses) / (wins * losses)) / 2);
        Assert.Equal([half, -half], scores.Values, Close(1e-8));
        Assert.Equal([error, error], scores.StandardErrors, Close(1e-8));
        Assert.Empty(scores.Unbeaten);
    }

    // Newton's method in Python for s = (a, b, −a − b): with p_ij = σ(s_i − s_j) and d_ij the derivatives of s_i − s_j by a and b, it solves
    // Σ w_ij (1 − p_ij) d_ij = 0 with the information H = Σ w_ij p_ij (1 − p_ij) d_ij d_ijᵀ; the variance of s_i is D_i H⁻¹ D_iᵀ.
    [Fact]
    public void ThreeHaveWhatNewtonsMethodFinds()
    {
        var scores = BradleyTerryScores.Of(
            new[,]
            {
                { 0, 7.5, 6.5 },
                { 2.5, 0, 4 },
                { 1.5, 3, 0 },
            }
        );

        Assert.Equal([0.8511776760750979, -0.26964668031668143, -0.5815309957584165], scores.Values, Close(1e-9));
        Assert.Equal([0.38103889347229947, 0.35334509837312444, 0.38935072901541706], scores.StandardErrors, Close(1e-9));
    }

    /// <summary>Each has won as often as its score expects, whatever the order of the competitors.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheLikelihoodIsHighestAndTheOrderDoesNotMatter(int seed)
    {
        var random = new Random(seed);
        const int Count = 6;
        var wins = new double[Count, Count];
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Count; j++)
            {
                // A ring of wins links all; many others have never met.
                wins[i, j] =
                    j == (i + 1) % Count ? 1
                    : i == j || random.Next(2) == 0 ? 0
                    : random.Next(20) / 2.0;
            }
        }

        var scores = BradleyTerryScores.Of(wins);

        Assert.Equal(0, scores.Values.Sum(), 1e-9);
        for (var i = 0; i < Count; i++)
        {
            var won = Enumerable.Range(0, Count).Sum(j => wins[i, j]);
            var expected = Enumerable.Range(0, Count).Sum(j => (wins[i, j] + wins[j, i]) * Sigmoid(scores.Values[i] - scores.Values[j]));
            Assert.Equal(won, expected, 1e-8);
        }

        var order = Enumerable.Range(0, Count).ToArray();
        random.Shuffle(order);
        var shuffled = new double[Count, Count];
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Count; j++)
            {
                shuffled[i, j] = wins[order[i], order[j]];
            }
        }

        var others = BradleyTerryScores.Of(shuffled);
        Assert.Equal(order.Select(i => scores.Values[i]), others.Values, Close(1e-8));
        Assert.Equal(order.Select(i => scores.StandardErrors[i]), others.StandardErrors, Close(1e-8));
    }

    /// <summary>Of 1000 simulations with known strengths the 95 % intervals hold the true score in 95 %, within four standard errors of that
    /// share, and the mean of the scores is the truth.</summary>
    [Fact]
    public void IntervalsHoldTheTruthAsOftenAsTheySay()
    {
        double[] truth = [0.6, 0.1, -0.2, -0.5];
        const int Simulations = 1000;
        var random = new Random(20);
        var (held, means) = (new int[truth.Length], new double[truth.Length]);
        for (var simulation = 0; simulation < Simulations; simulation++)
        {
            var wins = new double[truth.Length, truth.Length];
            for (var i = 0; i < truth.Length; i++)
            {
                for (var j = i + 1; j < truth.Length; j++)
                {
                    for (var n = 0; n < 60; n++)
                    {
                        var isWon = random.NextDouble() < Sigmoid(truth[i] - truth[j]);
                        wins[isWon ? i : j, isWon ? j : i]++;
                    }
                }
            }

            var scores = BradleyTerryScores.Of(wins);
            for (var i = 0; i < truth.Length; i++)
            {
                means[i] += scores.Values[i] / Simulations;
                held[i] += Math.Abs(scores.Values[i] - truth[i]) <= Quantile * scores.StandardErrors[i] ? 1 : 0;
            }
        }

        Assert.Equal(truth, means, Close(0.02));
        Assert.All(held, static count => Assert.InRange(count, 950 - 28, 950 + 28));
    }

    // Ford 1957: those that no other has beaten would have endless scores.
    [Fact]
    public void WhereNoneHasBeatenSomeThereAreNoFiniteScores()
    {
        AssertUnbeaten(
            [0],
            new double[,]
            {
                { 0, 5 },
                { 0, 0 },
            }
        );
        AssertUnbeaten(
            [0, 2],
            new double[,]
            {
                { 0, 3, 1 },
                { 0, 0, 0 },
                { 1, 3, 0 },
            }
        );

        // Two groups that have never met.
        AssertUnbeaten(
            [0, 1],
            new double[,]
            {
                { 0, 1, 0, 0 },
                { 1, 0, 0, 0 },
                { 0, 0, 0, 2 },
                { 0, 0, 1, 0 },
            }
        );
        AssertUnbeaten([0], new double[2, 2]);

        // A single tie is half a win, which links them.
        Assert.Empty(
            BradleyTerryScores
                .Of(
                    new[,]
                    {
                        { 0, 5.5 },
                        { 0.5, 0 },
                    }
                )
                .Unbeaten
        );
        var alone = BradleyTerryScores.Of(new double[1, 1]);
        Assert.Equal([0.0], alone.Values);
        Assert.Equal([0.0], alone.StandardErrors, Close(1e-12));
    }

    [Fact]
    public void WhatAreNoWinsIsRefused()
    {
        Assert.Throws<ArgumentException>(static () => BradleyTerryScores.Of(new double[0, 0]));
        Assert.Throws<ArgumentException>(static () => BradleyTerryScores.Of(new double[2, 3]));
        Assert.Throws<ArgumentException>(static () =>
            BradleyTerryScores.Of(
                new double[,]
                {
                    { 0, -1 },
                    { 1, 0 },
                }
            )
        );
        Assert.Throws<ArgumentException>(static () =>
            BradleyTerryScores.Of(
                new[,]
                {
                    { 0, double.NaN },
                    { 1, 0 },
                }
            )
        );
        Assert.Throws<ArgumentException>(static () =>
            BradleyTerryScores.Of(
                new double[,]
                {
                    { 1, 1 },
                    { 1, 0 },
                }
            )
        );
    }

    private static void AssertUnbeaten(int[] unbeaten, double[,] wins)
    {
        var scores = BradleyTerryScores.Of(wins);
        Assert.Equal(unbeaten, scores.Unbeaten);
        Assert.Empty(scores.Values);
        Assert.Empty(scores.StandardErrors);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Comparison Close(double tolerance) => new(tolerance);

    private sealed class Comparison(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double number) => 0;
    }
}
