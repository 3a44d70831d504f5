namespace ModelGen.Compiler.Surface;

/// <summary>A member that the base class requires.</summary>
/// <param name="Name">The words of its name.</param>
internal abstract record SurfaceMember(string Name);

/// <summary>Lengths of axes.</summary>
internal sealed record LengthsMember(string Name, IReadOnlyList<long> Lengths) : SurfaceMember(Name);

/// <summary>The minimum and maximum of numbers.</summary>
internal sealed record RangeMember(string Name, double Low, double High) : SurfaceMember(Name);

/// <summary>Whether something holds.</summary>
internal sealed record FlagMember(string Name, bool Value) : SurfaceMember(Name);

/// <summary>A size that the class already has as a constant.</summary>
/// <param name="Name">The words of its name.</param>
/// <param name="Constant">The words of the constant.</param>
internal sealed record SizeMember(string Name, string Constant) : SurfaceMember(Name);
