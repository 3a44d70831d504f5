namespace ModelGen.Compiler.Language;

/// <summary>A unit for amounts.</summary>
/// <param name="Name">The word in a spec; one that ends in s may be written without it.</param>
/// <param name="Size">Its size in the base unit.</param>
/// <param name="IsCounted">Whether only whole numbers of it are allowed.</param>
internal sealed record Unit(string Name, double Size = 1, bool IsCounted = false);
