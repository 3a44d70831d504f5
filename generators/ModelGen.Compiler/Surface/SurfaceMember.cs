namespace ModelGen.Compiler.Surface;

/// <summary>Something that the base class asks for.</summary>
/// <param name="Name">Its words.</param>
internal abstract record SurfaceMember(string Name);

/// <summary>Lengths of axes.</summary>
internal sealed record LengthsMember(string Name, IReadOnlyList<long> Lengths) : SurfaceMember(Name);

/// <summary>The least and the greatest of numbers.</summary>
internal sealed record RangeMember(string Name, double Low, double High) : SurfaceMember(Name);

/// <summary>A size that the class has as a constant already.</summary>
/// <param name="Name">Its words.</param>
/// <param name="Constant">The words of the constant.</param>
internal sealed record SizeMember(string Name, string Constant) : SurfaceMember(Name);
