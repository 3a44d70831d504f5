namespace ModelGen.Examples.Images;

/// <summary>A picture of curves: the title of its axis, and the measures.</summary>
internal sealed record Plot(string Title, params IReadOnlyList<string> Measures);
