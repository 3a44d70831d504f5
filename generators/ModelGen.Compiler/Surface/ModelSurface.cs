using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Surface;

/// <summary>
/// What a model's class offers beside its layers, in no language: whatever writes the class spells names and values its own way.
/// </summary>
/// <param name="BaseClass">The class of the runtime that it extends.</param>
internal sealed record ModelSurface(string BaseClass)
{
    /// <summary>
    /// The words of the method of the base class that checks what is handed to <c>forward</c>; null where the model, of several roles, has
    /// no <c>forward</c> of its own.
    /// </summary>
    public string? InputCheck { get; init; }

    /// <summary>What the elements of a sample are, where the base class asks.</summary>
    public ElementType? InputType { get; init; }

    /// <summary>Sizes that programs may ask the class for.</summary>
    public IReadOnlyList<SizeConstant> Constants { get; init; } = [];

    /// <summary>Groups of the spec that programs may ask the class for.</summary>
    public IReadOnlyList<OptionGroup> Options { get; init; } = [];

    /// <summary>What the base class asks for of sizes and shapes.</summary>
    public IReadOnlyList<SurfaceMember> Members { get; init; } = [];

    /// <summary>The words of the members that what reads its data is told.</summary>
    public IReadOnlyList<string> ReadFor { get; init; } = [];

    /// <summary>What makes the tokenizer of a model that reads text.</summary>
    public TokenizerMember? Tokenizer { get; init; }

    /// <summary>What makes the objective of a model that is trained.</summary>
    public ObjectiveMember? Objective { get; init; }
}
