using System.Globalization;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Tests.Shapes;

public sealed class DimTests
{
    private const int Rounds = 2000;

    private static readonly Dim T = Dim.Symbol("T");

    private static readonly Dim U = Dim.Symbol("U");

    [Fact]
    public void IsWrittenAsAFormula()
    {
        Assert.Equal("0", ((Dim)0).ToString());
        Assert.Equal("-3", ((Dim)(-3)).ToString());
        Assert.Equal("T", T.ToString());
        Assert.Equal("-T + 1", (1 - T).ToString());
        Assert.Equal("2*T*U + 3*T - 4", ((2 * U * T) + (3 * T) - 4).ToString());
        Assert.Equal("⌊T/2⌋", T.FloorDivide(2).ToString());
        Assert.Equal("⌊(T + 1)/2⌋ + 4", (T + 9).FloorDivide(2).ToString());
    }

    [Fact]
    public void OrderOfComputingDoesNotMatter()
    {
        Assert.Equal((T + 1) * (T - 1), (T * T) - 1);
        Assert.Equal((2 * T) + (3 * T), T * 5);
        Assert.Equal(T - T, (Dim)0);
        Assert.Equal((T - T).Constant, 0);
        Assert.Null(T.Constant);
        Assert.Equal(Dim.Sum([T, 1, U, T]), (2 * T) + U + 1);
    }

    // The shapes that strided windows give, and what brings them together.
    [Fact]
    public void QuotientsComeToOneForm()
    {
        Assert.Equal((Dim)3, ((Dim)7).FloorDivide(2));
        Assert.Equal((Dim)(-4), ((Dim)(-7)).FloorDivide(2));
        Assert.Equal(T, ((2 * T) + 1).FloorDivide(2));
        Assert.Equal((T + 1).FloorDivide(2), (T - 1).FloorDivide(2) + 1);
        Assert.Equal((T + 1).FloorDivide(2), ((2 * T) + 3).FloorDivide(4));
        Assert.Equal(
            (T + 3).FloorDivide(4),
            (T + 1).FloorDivide(2).FloorDivide(2) + (Dim)0 + ((T + 3).FloorDivide(4) - ((T + 1).FloorDivide(2)).FloorDivide(2))
        );
        Assert.Equal(T.FloorDivide(6), T.FloorDivide(2).FloorDivide(3));
        Assert.Equal((T + 2).FloorDivide(4), (T.FloorDivide(2) + 1).FloorDivide(2));
        Assert.Equal(T, T.FloorDivide(1));
    }

    [Fact]
    public void ExactQuotientIsFoundOrRefused()
    {
        Assert.Equal(2 * U, (6 * T * U).Divide(3 * T));
        Assert.Equal((2 * T) + 1, ((4 * T) + 2).Divide(2));
        Assert.Equal((Dim)1, (T + 1).Divide(T + 1));
        Assert.Null((T + 1).Divide(2));
        Assert.Null((6 * T).Divide(U));
        Assert.Null((6 * T).Divide(4));
        Assert.Equal((Dim)0, ((Dim)0).Divide(5));
    }

    [Fact]
    public void WhatDoesNotFitInto64BitsIsAnOverflow()
    {
        Dim large = long.MaxValue;
        Assert.Throws<OverflowException>(() => large + 1);
        Assert.Throws<OverflowException>(() => large * T * 2);
        Assert.Throws<OverflowException>(() => (T * T * T).Evaluate(new Dictionary<string, long> { ["T"] = int.MaxValue }));
    }

    [Fact]
    public void EvaluatingComesOutTheSameBeforeAndAfter()
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var symbols = new Dictionary<string, long> { ["T"] = random.Next(1, 100), ["U"] = random.Next(1, 100) };
            var (a, b, divisor) = (Polynomial(random, 3), Polynomial(random, 3), random.Next(1, 9));
            var (x, y) = (a.Evaluate(symbols), b.Evaluate(symbols));

            Assert.Equal(x + y, (a + b).Evaluate(symbols));
            Assert.Equal(x - y, (a - b).Evaluate(symbols));
            Assert.Equal(x * y, (a * b).Evaluate(symbols));
            Assert.Equal(x + y + x, Dim.Sum([a, b, a]).Evaluate(symbols));
            Assert.Equal(Math.Floor((decimal)x / divisor), a.FloorDivide(divisor).Evaluate(symbols));
            Assert.True(a.Constant is null || a.Constant == x);
        }
    }

    [Fact]
    public void EqualLengthsAreEqualValues()
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var (a, b, c) = (Polynomial(random, 2), Polynomial(random, 2), Polynomial(random, 2));
            long divisor = random.Next(1, 9);
            foreach (
                var (one, other) in new[]
                {
                    (a + b, b + a),
                    (a * b, b * a),
                    (a * (b + c), (a * b) + (a * c)),
                    (a - a, 0),
                    ((a * divisor).FloorDivide(divisor), a),
                    ((a + (divisor * b)).FloorDivide(divisor), a.FloorDivide(divisor) + b),
                    ((a * 3).FloorDivide(divisor * 3), a.FloorDivide(divisor)),
                }
            )
            {
                Assert.Equal(one, other);
                Assert.Equal(one.GetHashCode(), other.GetHashCode());
                Assert.Equal(one.ToString(), other.ToString());
            }
        }
    }

    [Fact]
    public void ExactQuotientTimesDivisorIsTheLength()
    {
        var found = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var (a, b) = (Polynomial(random, 2), Polynomial(random, 2));
            if (!b.Equals((Dim)0))
            {
                var exact = (a * b).Divide(b);
                Assert.True(exact is null || exact.Equals(a) || b.Equals(a * b), $"({a}) * ({b}) / ({b}) gave {exact}");
                found += exact is null ? 0 : 1;
                Assert.True(a.Divide(b) is not { } quotient || (quotient * b).Equals(a));
            }
        }

        Assert.True(found > Rounds / 10, found.ToString(CultureInfo.InvariantCulture));
    }

    private static Dim Polynomial(Random random, int depth) =>
        (depth == 0 ? 3 : random.Next(7)) switch
        {
            0 => Polynomial(random, depth - 1) + Polynomial(random, depth - 1),
            1 => Polynomial(random, depth - 1) - Polynomial(random, depth - 1),
            2 => Polynomial(random, depth - 1) * Polynomial(random, depth - 1),
            3 => random.Next(3) switch
            {
                0 => T,
                1 => U,
                _ => random.Next(-9, 10),
            },
            _ => Polynomial(random, depth - 1).FloorDivide(random.Next(1, 9)),
        };
}
