using ModelGen.Training.Guards;

namespace ModelGen.Tests.Training.Guards;

public sealed class LossSpikesTests
{
    [Fact]
    public void TheMeanAndTheDeviationAreThoseOfTheFormula()
    {
        // Written out: the weight of a loss that came k steps ago is α (1 − α)^k, that of the first one (1 − α)^n.
        var random = new Random(3);
        var losses = Enumerable.Range(0, 200).Select(_ => 2 + random.NextDouble()).ToArray();
        var spikes = new LossSpikes(deviations: 4);
        Assert.All(losses, loss => Assert.False(spikes.IsSpike(loss)));
        const double Alpha = LossSpikes.Weight;
        var weights = losses.Select((_, i) => (i == 0 ? 1 : Alpha) * Math.Pow(1 - Alpha, losses.Length - 1 - i)).ToArray();
        Assert.Equal(1, weights.Sum(), 1e-12);
        var mean = losses.Zip(weights).Sum(static pair => pair.First * pair.Second);

        // Half the squared changes, weighed alike.
        var changes = losses.Zip(losses.Skip(1), static (before, after) => (after - before) * (after - before) / 2).ToArray();
        var deviation = Math.Sqrt(
            changes.Select((change, i) => change * (i == 0 ? 1 : Alpha) * Math.Pow(1 - Alpha, changes.Length - 1 - i)).Sum()
        );
        Assert.Equal(mean, spikes.Mean, 1e-12);
        Assert.True(spikes.IsSpike(mean + (4.0001 * deviation)));
        Assert.False(spikes.IsSpike(mean + (3.9999 * deviation)));
    }

    [Fact]
    public void ALossThatStillFallsLeapsAsWell()
    {
        // As a small GPT's: from 5.5 to 0.5 in 300 steps, with noise of 0.05.
        var random = new Random(5);
        var spikes = new LossSpikes(deviations: 8);
        for (var step = 0; step < 300; step++)
        {
            Assert.False(spikes.IsSpike(0.5 + (5 * Math.Exp(-step / 80.0)) + (0.1 * random.NextDouble())));
        }

        Assert.True(spikes.IsSpike(2));
    }

    [Fact]
    public void ASpikeIsNotCountedAndWhatFallsOrBeginsIsNone()
    {
        var spikes = new LossSpikes(deviations: 3);
        for (var i = 0; i < LossSpikes.Begin; i++)
        {
            Assert.False(spikes.IsSpike(i == 20 ? 50 : 5 - (0.01 * i)));
        }

        var mean = spikes.Mean;
        Assert.False(spikes.IsSpike(0.1));
        Assert.True(spikes.IsSpike(1000));
        Assert.True(spikes.IsSpike(double.NaN));
        Assert.True(spikes.IsSpike(double.PositiveInfinity));
        Assert.True(spikes.Mean < mean);
        Assert.True(new LossSpikes(3).IsSpike(double.NaN));
    }

    [Fact]
    public void ACheckpointGivesTheFiguresBackToTheBit()
    {
        var (one, other) = (new LossSpikes(3), new LossSpikes(3));
        var random = new Random(4);
        for (var i = 0; i < 77; i++)
        {
            one.IsSpike(random.NextDouble());
        }

        var state = new Dictionary<string, string>();
        one.Save(state);
        other.Load(state);
        for (var i = 0; i < 100; i++)
        {
            var loss = random.NextDouble() * 1.5;
            Assert.Equal(one.IsSpike(loss), other.IsSpike(loss));
            Assert.Equal(one.Mean, other.Mean);
        }
    }
}
