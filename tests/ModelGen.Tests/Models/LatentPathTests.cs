using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

public sealed class LatentPathTests
{
    [Fact]
    public void TheStraightWayIsEvenlySpaced()
    {
        using var scope = NewDisposeScope();
        var points = LatentPath.Between(tensor(new[] { 0f, 2f }), tensor(new[] { 4f, -2f }), 5);
        Assert.Equal([0f, 2, 1, 1, 2, 0, 3, -1, 4, -2], points.data<float>().ToArray());
    }

    [Fact]
    public void TheArcTurnsByEqualAnglesAndKeepsTheLength()
    {
        using var scope = NewDisposeScope();
        var points = LatentPath.Between(tensor(new[] { 3f, 0f, 0f }), tensor(new[] { 0f, 3f, 0f }), 4, Interpolation.Spherical);
        for (var i = 0; i < 4; i++)
        {
            var angle = i * Math.PI / 6;
            Assert.Equal(3 * Math.Cos(angle), points[i, 0].item<float>(), 1e-5);
            Assert.Equal(3 * Math.Sin(angle), points[i, 1].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void AlongOneLineTheArcIsTheStraightWay()
    {
        using var scope = NewDisposeScope();
        var (from, to) = (tensor(new[] { 1f, 1f }), tensor(new[] { 3f, 3f }));
        Assert.Equal(
            LatentPath.Between(from, to, 3).data<float>().ToArray(),
            LatentPath.Between(from, to, 3, Interpolation.Spherical).data<float>().ToArray()
        );
    }

    [Fact]
    public void OneAxisMovesAndTheOthersStand()
    {
        using var scope = NewDisposeScope();
        var points = LatentPath.Along(tensor(new[] { 0.5f, 7f }), 0, -1, 1, 3);
        Assert.Equal([-1f, 7, 0, 7, 1, 7], points.data<float>().ToArray());
    }

    [Fact]
    public void WhatIsNoWayIsRefused()
    {
        using var scope = NewDisposeScope();
        var point = zeros(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentPath.Between(point, point, 1));
        Assert.Throws<ArgumentException>(() => LatentPath.Between(point, zeros(2), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentPath.Along(point, 3, 0, 1, 3));
    }
}
