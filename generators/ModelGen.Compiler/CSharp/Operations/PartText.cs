using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp.Operations;

/// <summary>The C# that the construction of a part needs.</summary>
/// <param name="part">The part.</param>
/// <param name="names">The names of the class that holds it.</param>
internal sealed class PartText(Part part, ClassNames names)
{
    /// <summary>Its parameters and buffers.</summary>
    public EquatableArray<StateEntry> State => part.State;

    /// <summary>The weight that it is made from, if any.</summary>
    public string? Source { get; } = part.MadeFrom is { } weight ? names.Of(weight) + "!" : null;

    /// <summary>The short names of the file.</summary>
    public ShortNames Code => names.Code;

    /// <summary>The length of an axis of its first parameter: the model's constant for it if there is one, otherwise a number.</summary>
    public string Size(int axis) => names.Size(State[0], axis);
}
