namespace ModelGen.Plots;

/// <summary>What a point of a scatter plot looks like.</summary>
internal enum MarkShape
{
    Disc,
    Square,
    Triangle,
    Diamond,
}
