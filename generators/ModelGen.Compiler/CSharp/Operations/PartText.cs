using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp.Operations;

/// <summary>The C# of what a part is made from.</summary>
/// <param name="part">The part.</param>
/// <param name="names">The names of the class that holds it.</param>
internal sealed class PartText(Part part, ClassNames names)
{
    /// <summary>Its parameters and buffers.</summary>
    public EquatableArray<StateEntry> State => part.State;

    /// <summary>The weight that it is made from, where it is made from one.</summary>
    public string? Source { get; } = part.MadeFrom is { } weight ? names.Of(weight) + "!" : null;

    /// <summary>The short names of the file.</summary>
    public ShortNames Code => names.Code;

    /// <summary>The length of an axis of its first parameter: the constant that it is, otherwise a number.</summary>
    public string Size(int axis) => names.Size(State[0], axis);
}
