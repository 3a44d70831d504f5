using ModelGen.Evaluation;

namespace ModelGen.Tests.Evaluation;

public sealed class CalibrationErrorTests
{
    // By hand: (0.9, 0.92) of which one is right share bin 14 of 15, (0.3) is wrong in bin 5, (1) is right in bin 15.
    [Fact]
    public void BinsWeighByTheirPredictions()
    {
        var error = new CalibrationError();
        error.Add(0.9, isRight: true);
        error.Add(0.92, isRight: false);
        error.Add(0.3, isRight: false);
        error.Add(1, isRight: true);

        Assert.Equal(4, error.Count);
        Assert.Equal(0.5, error.Accuracy);
        Assert.Equal((2 / 4.0 * (0.91 - 0.5)) + (1 / 4.0 * 0.3) + 0, error.Value, 1e-12);
    }

    // 0.2 = 3/15 belongs to the bin that ends there; just above it begins the next.
    [Fact]
    public void ABinHoldsItsUpperEdge()
    {
        var together = new CalibrationError();
        together.Add(0.2, isRight: true);
        together.Add(0.15, isRight: false);
        Assert.Equal(((1 - 0.2) - 0.15) / 2, together.Value, 1e-12);

        var apart = new CalibrationError();
        apart.Add(0.2, isRight: true);
        apart.Add(0.201, isRight: false);
        Assert.Equal(((1 - 0.2) + 0.201) / 2, apart.Value, 1e-12);
    }

    [Fact]
    public void TheBinsOfRandomPredictionsAreThoseOfThePaper()
    {
        var random = new Random(1);
        var predictions = Enumerable.Range(0, 500).Select(_ => (Confidence: random.NextDouble(), IsRight: random.Next(2) == 0)).ToList();
        var error = new CalibrationError();
        predictions.ForEach(each => error.Add(each.Confidence, each.IsRight));

        var expected = Enumerable
            .Range(1, 15)
            .Select(m => predictions.Where(each => each.Confidence > (m - 1) / 15.0 && each.Confidence <= m / 15.0).ToList())
            .Where(static bin => bin.Count > 0)
            .Sum(static bin =>
                bin.Count
                / 500.0
                * Math.Abs(bin.Average(static each => each.IsRight ? 1.0 : 0) - bin.Average(static each => each.Confidence))
            );
        Assert.Equal(expected, error.Value, 1e-12);
    }

    [Fact]
    public void OnlyProbabilitiesAreConfidences()
    {
        var error = new CalibrationError();
        Assert.Equal((double.NaN, double.NaN), (error.Value, error.Accuracy));
        Assert.Throws<ArgumentOutOfRangeException>(() => error.Add(double.NaN, isRight: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => error.Add(1.01, isRight: true));
        error.Add(0, isRight: false);
        Assert.Equal(0, error.Value);
    }
}
