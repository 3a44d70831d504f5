namespace ModelGen.Native.Convolutions;

/// <summary>A line of a plane.</summary>
/// <param name="Image">Where its first element that is the image's stands there.</param>
/// <param name="Before">How many zeros come before that element.</param>
/// <param name="Count">How many elements are the image's; zeros follow.</param>
internal readonly record struct PlaneLine(long Image, long Before, long Count);
