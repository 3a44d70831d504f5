using ModelGen.Policies;

namespace ModelGen.Tests.Policies;

/// <summary>Advantages against their formulas, computed with numpy 1.24.2.</summary>
public sealed class AdvantagesTests
{
    // import numpy as np
    // r = np.array([1.0, 0.0, 0.0, 3.0, 0.5, 0.5, 0.5, 0.5]).reshape(2, 4)
    // (r - r.mean(1, keepdims=True)), s = r.std(1, keepdims=True), (r - r.mean(1, keepdims=True)) / np.where(s > 0, s, 1)
    // r - (r.sum(1, keepdims=True) - r) / 3
    private static readonly double[] Rewards = [1, 0, 0, 3, 0.5, 0.5, 0.5, 0.5];

    [Fact]
    public void OfGroups()
    {
        AssertEqual([0, -1, -1, 2, 0, 0, 0, 0], Advantages.OfGroups(Rewards, 4, isDivided: false));
        AssertEqual(
            [0, -0.8164965809277261, -0.8164965809277261, 1.6329931618554523, 0, 0, 0, 0],
            Advantages.OfGroups(Rewards, 4, isDivided: true)
        );
    }

    // The mean of three times 0.1 is another number than 0.1.
    [Fact]
    public void OfEqualRewardsTheyAreZero() => Assert.Equal([0, 0, 0], Advantages.OfGroups([0.1, 0.1, 0.1], 3, isDivided: true));

    [Fact]
    public void LeaveOneOut() =>
        AssertEqual([0, -1.3333333333333333, -1.3333333333333333, 2.6666666666666665, 0, 0, 0, 0], Advantages.LeaveOneOut(Rewards, 4));

    // rew = np.array([-0.1, 0.05, -0.2, 1.0]); val = np.array([0.2, 0.4, -0.3, 0.7]); g, l = 0.9, 0.8
    // delta = rew + g * np.append(val[1:], 0) - val
    // [sum((g * l) ** k * delta[t + k] for k in range(4 - t)) for t in range(4)]
    [Fact]
    public void Generalised() =>
        AssertEqual(
            [0.1040064, 0.06112, 0.946, 0.3],
            Advantages.Generalised([-0.1, 0.05, -0.2, 1.0], [0.2f, 0.4f, -0.3f, 0.7f], discount: 0.9, lambda: 0.8),
            1e-7
        );

    // x = np.array([1.0, -2, 0.5, 4, 0.25]); (x - x.mean()) / (x.std() + 1e-8)
    [Fact]
    public void NormalisedOverAllTokens()
    {
        double[][] advantages =
        [
            [1, -2],
            [0.5, 4, 0.25],
        ];
        Advantages.Normalise(advantages);
        AssertEqual(
            [0.1299688105518334, -1.4296569160701675, -0.1299688105518334, 1.6895945371738343, -0.2599376211036668],
            [.. advantages.SelectMany(static each => each)]
        );
    }

    private static void AssertEqual(double[] expected, double[] actual, double tolerance = 1e-14)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
