using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

/// <summary>The losses of tokens against their formulas, computed with numpy 1.24.2.</summary>
public sealed class PolicyLossTests
{
    // import numpy as np
    // lp = np.array([-1.2, -0.4, -2.0, -0.7, -1.5, -0.1]); old = np.array([-1.0, -0.9, -2.1, -1.1, -1.5, -0.6])
    // ref = np.array([-0.8, -0.6, -2.6, -0.7, -1.9, -0.3]); a = np.array([1.5, 1.5, 1.5, -0.5, -0.5, -0.5])
    // rho = np.exp(lp - old); -np.minimum(rho * a, np.clip(rho, 0.8, 1.2) * a)
    // d = ref - lp; np.exp(d) - d - 1
    // v = np.array([0.3, -0.2, 1.0, 0.1, 0.9, -0.6]); was = np.array([0.0, -0.1, 1.1, 0.5, 0.2, -0.6])
    // r = np.array([0.4, 0.2, 0.5, -0.3, 1.4, -0.7]); c = was + np.clip(v - was, -0.2, 0.2)
    // 0.5 * np.maximum((v - r) ** 2, (c - r) ** 2)
    private static readonly double[] Logs = [-1.2, -0.4, -2.0, -0.7, -1.5, -0.1];
    private static readonly double[] Old = [-1.0, -0.9, -2.1, -1.1, -1.5, -0.6];
    private static readonly double[] Reference = [-0.8, -0.6, -2.6, -0.7, -1.9, -0.3];
    private static readonly double[] Advantages = [1.5, 1.5, 1.5, -0.5, -0.5, -0.5];
    private static readonly double[] Values = [0.3, -0.2, 1.0, 0.1, 0.9, -0.6];
    private static readonly double[] OldValues = [0.0, -0.1, 1.1, 0.5, 0.2, -0.6];
    private static readonly double[] Returns = [0.4, 0.2, 0.5, -0.3, 1.4, -0.7];

    private static readonly Dictionary<string, (double[] At, Func<Tensor, Tensor> Loss, double[] Expected)> Cases = new()
    {
        ["clipped"] = (
            Logs,
            static logs => PolicyLoss.Clipped(logs, tensor(Old), tensor(Advantages), clip: 0.2),
            [-1.228096129616973, -1.8, -1.6577563771134716, 0.7459123488206353, 0.5, 0.8243606353500641]
        ),
        ["divergence"] = (
            Logs,
            static logs => PolicyLoss.Divergence(logs, tensor(Reference)),
            [0.09182469764127021, 0.018730753077981888, 0.1488116360940266, 0, 0.07032004603563924, 0.018730753077981888]
        ),
        ["values"] = (
            Values,
            static values => PolicyLoss.ClippedValues(values, tensor(OldValues), tensor(Returns), clip: 0.2),
            [0.02, 0.08, 0.125, 0.18, 0.5, 0.005]
        ),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void LossesAreTheirFormulas(string name)
    {
        using var scope = NewDisposeScope();
        var (at, loss, expected) = Cases[name];
        Assert.All(expected.Zip(loss(tensor(at)).data<double>()), static pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsAreThoseOfFiniteDifferences(string name)
    {
        using var scope = NewDisposeScope();
        var (at, loss, _) = Cases[name];

        // Where two branches meet there is no derivative: a little beside.
        double[] values = [.. at.Select(static value => value + 0.013)];
        var variable = tensor(values).requires_grad_();
        loss(variable).sum().backward();
        for (var i = 0; i < values.Length; i++)
        {
            double At(double shift) => loss(tensor([.. values.Select((value, j) => j == i ? value + shift : value)])).sum().item<double>();

            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, variable.grad![i].item<double>(), 1e-8);
        }
    }

    [Fact]
    public void WhatIsClippedIsCounted()
    {
        using var scope = NewDisposeScope();
        using var isClipped = PolicyLoss.IsClipped(tensor(Logs), tensor(Old), clip: 0.2);
        Assert.Equal([0, 1, 0, 1, 0, 1], isClipped.data<double>().ToArray());
    }
}
