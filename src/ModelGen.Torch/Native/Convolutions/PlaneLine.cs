namespace ModelGen.Native.Convolutions;

/// <summary>A line of a plane.</summary>
/// <param name="Image">The position in the image of the line's first element that comes from there.</param>
/// <param name="Before">The number of zeros before that element.</param>
/// <param name="Count">The number of elements from the image; zeros follow.</param>
internal readonly record struct PlaneLine(long Image, long Before, long Count);
