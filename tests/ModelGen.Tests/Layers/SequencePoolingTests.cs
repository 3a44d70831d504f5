using ModelGen.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public sealed class SequencePoolingTests
{
    private static readonly float[] Values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    // Two sequences of three vectors.
    private static Tensor Sequence => tensor(Values, [2, 3, 2]);

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void WhatIsAbsentDoesNotCount()
    {
        using var scope = NewDisposeScope();
        var (sequence, presence) = (Sequence, tensor([1f, 1, 0, 0, 0, 0], [2, 3]));
        var before = Live;
        var (mean, last) = (SequencePooling.Mean(sequence, presence), SequencePooling.Last(sequence, presence));
        Assert.Equal(before + 2, Live);
        Assert.Equal([2f, 3, 0, 0], mean.data<float>().ToArray());
        Assert.Equal([3f, 4, 7, 8], last.data<float>().ToArray());
        Assert.Equal([1f, 2, 7, 8], SequencePooling.First(sequence).contiguous().data<float>().ToArray());
    }

    [Fact]
    public void WithoutPresenceAllCount()
    {
        using var scope = NewDisposeScope();
        var sequence = Sequence;
        Assert.Equal([3f, 4, 9, 10], SequencePooling.Mean(sequence).data<float>().ToArray());
        Assert.Equal([5f, 6, 11, 12], SequencePooling.Last(sequence).contiguous().data<float>().ToArray());
        Assert.True(SequencePooling.Mean(sequence).allclose(SequencePooling.Mean(sequence, ones(2, 3)), 0, 0));
        Assert.True(SequencePooling.Last(sequence).allclose(SequencePooling.Last(sequence, ones(2, 3)), 0, 0));
    }

    [Fact]
    public void VectorsOfMoreAxesArePooledAlike()
    {
        using var scope = NewDisposeScope();
        var (sequence, presence) = (rand(2, 3, 4, 5), tensor([1f, 1, 0, 1, 0, 0], [2, 3]));
        var (flat, shape) = (sequence.view(2, 3, 20), new long[] { 2, 4, 5 });
        Assert.True(SequencePooling.Mean(sequence, presence).allclose(SequencePooling.Mean(flat, presence).view(shape)));
        Assert.True(SequencePooling.Last(sequence, presence).allclose(SequencePooling.Last(flat, presence).view(shape), 0, 0));
    }

    [Fact]
    public void PaddingIsAbsent()
    {
        using var scope = NewDisposeScope();
        var before = Live;
        var presence = Presence.Of(tensor(new long[] { 3, 0, 7, 7 }, [2, 2]), padding: 7);
        Assert.Equal(before + 2, Live);
        Assert.Equal([1f, 1, 0, 0], presence.data<float>().ToArray());
    }
}
