using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Graph;

/// <summary>A parameter or buffer that an operation reads.</summary>
/// <param name="path">The part of the operation's class that holds it, then, where that part is a module class, the part inside it, and so
/// on.</param>
/// <param name="entry">The parameter or buffer of the last part.</param>
internal sealed class Weight(EquatableArray<Part> path, StateEntry entry) : Operand(entry.TensorShape), IEquatable<Weight>
{
    /// <summary>From the operation's class to the part that holds it.</summary>
    public EquatableArray<Part> Path { get; } = path;

    /// <summary>The parameter or buffer of that part.</summary>
    public StateEntry Entry { get; } = entry;

    /// <summary>The part of the operation's own class that holds it; null where a nested part does.</summary>
    public Part? Part => Path.Count == 1 ? Path[0] : null;

    public bool Equals(Weight? other) => other is not null && Path.Equals(other.Path) && Entry.Name == other.Entry.Name;

    public override bool Equals(object? obj) => Equals(obj as Weight);

    public override int GetHashCode() => unchecked((Path.GetHashCode() * 31) + StringComparer.Ordinal.GetHashCode(Entry.Name));
}
