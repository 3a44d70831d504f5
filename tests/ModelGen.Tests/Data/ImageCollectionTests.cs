using ModelGen.Data;

namespace ModelGen.Tests.Data;

public class ImageCollectionTests
{
    [Fact]
    public void AnImageIsItsOwnBytes()
    {
        var images = new ImageCollection(
            [.. Enumerable.Range(0, 24).Select(static value => (byte)value)],
            2,
            2,
            3,
            [1, 0],
            ["a", "b", "c"]
        );
        Assert.Equal((2, 2, 2, 3), (images.Count, images.Channels, images.Height, images.Width));
        Assert.Equal(Enumerable.Range(12, 12).Select(static value => (byte)value), images.Image(1).ToArray());
        Assert.Equal([1, 1, 0], images.ClassCounts);
        Assert.Empty(images.Problems);
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Image(2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Image(-1).ToArray());
    }

    [Fact]
    public void WithoutNamesThereAreAsManyClassesAsLabels() =>
        Assert.Equal([0, 2, 0, 1], new ImageCollection([1, 2, 3], 1, 1, 1, [1, 3, 1]).ClassCounts);

    [Fact]
    public void WithoutLabelsThereAreNoClasses()
    {
        var images = new ImageCollection([1, 2, 3], 1, 1, 1);
        Assert.Null(images.Labels);
        Assert.Empty(images.ClassCounts);
        Assert.Empty(images.Classes);
    }

    [Fact]
    public void WhatDoesNotFitTogetherIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ImageCollection([], 1, 1, 1));
        Assert.Throws<ArgumentException>(() => new ImageCollection(new byte[5], 1, 2, 2));
        Assert.Throws<ArgumentException>(() => new ImageCollection(new byte[8], 1, 2, 2, [0]));
        Assert.Throws<ArgumentException>(() => new ImageCollection(new byte[8], 1, 2, 2, [0, -1]));
        Assert.Throws<ArgumentException>(() => new ImageCollection(new byte[8], 1, 2, 2, [0, 2], ["a", "b"]));
        Assert.Throws<ArgumentException>(() => new ImageCollection(new byte[8], 1, 2, 2, null, ["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageCollection(new byte[8], 0, 2, 2));
    }
}
