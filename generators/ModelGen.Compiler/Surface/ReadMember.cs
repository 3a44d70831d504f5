namespace ModelGen.Compiler.Surface;

/// <summary>A member of a model that is passed to the reader of its data.</summary>
/// <param name="Name">The words of its name.</param>
internal sealed record ReadMember(string Name)
{
    /// <summary>Whether it belongs to the class instead of a model.</summary>
    public bool IsStatic { get; init; }

    /// <summary>The words of a property of the model whose value, where it is known, stands for the result; null for none.</summary>
    public string? Known { get; init; }
}
