namespace ModelGen.Plots;

/// <summary>The shape of a point in a scatter plot.</summary>
internal enum MarkShape
{
    Disc,
    Square,
    Triangle,
    Diamond,
}
