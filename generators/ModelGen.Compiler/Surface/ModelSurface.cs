using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Surface;

/// <summary>
/// What a model's class offers besides its layers, independent of any language: each back end writes names and values in its own way.
/// </summary>
/// <param name="BaseClass">The runtime's class that it extends.</param>
internal sealed record ModelSurface(string BaseClass)
{
    /// <summary>
    /// The words of the base class's method that checks the input of <c>forward</c>; null where the model has several roles and no
    /// <c>forward</c> of its own.
    /// </summary>
    public string? InputCheck { get; init; }

    /// <summary>The type of a sample's elements, where the base class requires it.</summary>
    public ElementType? InputType { get; init; }

    /// <summary>Sizes that programs can read from the class.</summary>
    public IReadOnlyList<SizeConstant> Constants { get; init; } = [];

    /// <summary>Groups of the spec that programs can read from the class.</summary>
    public IReadOnlyList<OptionGroup> Options { get; init; } = [];

    /// <summary>The sizes and shapes that the base class requires.</summary>
    public IReadOnlyList<SurfaceMember> Members { get; init; } = [];

    /// <summary>The members that are passed to the reader of its data.</summary>
    public IReadOnlyList<ReadMember> ReadFor { get; init; } = [];

    /// <summary>Creates the tokenizer of a model that reads text.</summary>
    public TokenizerMember? Tokenizer { get; init; }

    /// <summary>Creates the objective of a model that is trained.</summary>
    public ObjectiveMember? Objective { get; init; }
}
