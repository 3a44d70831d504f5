namespace ModelGen.Compiler.Language;

/// <summary>A unit that amounts are written in.</summary>
/// <param name="Name">The word in a spec; one that ends in s may be written without it.</param>
/// <param name="Size">How many of the base unit it is.</param>
/// <param name="IsCounted">Whether there are only whole numbers of it.</param>
internal sealed record Unit(string Name, double Size = 1, bool IsCounted = false);
