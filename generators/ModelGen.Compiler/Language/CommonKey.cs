namespace ModelGen.Compiler.Language;

/// <summary>A key that every model has, whatever its family.</summary>
internal sealed record CommonKey(string Name, string Summary, string Type, bool IsRequired)
{
    public static readonly CommonKey Model = new(
        "model",
        "the model's name, which becomes a C# class",
        "a C# class name that starts with an upper-case letter",
        true
    );

    public static readonly CommonKey Description = new("summary", "a sentence that becomes the class's documentation", "text", false);

    public static readonly CommonKey Family = new(
        "family",
        "what kind of model this is",
        $"one of {string.Join(", ", Catalogue.Of<FamilyWord>().Select(static family => family.Word))}",
        true
    );

    public static readonly CommonKey Let = new(
        "let",
        "constants for expressions: after `let: { width: 128 }`, `4 * $width` is 512",
        "names with numbers",
        false
    );

    public static readonly CommonKey Blocks = new(
        "blocks",
        "layer lists to use by name, with parameters: `blocks: { mlp: { parameters: [width, growth: 4], layers: [linear: $growth * $width, "
            + "gelu, linear: $width] } }`; a use of a block takes the same keys as a layer, and `recompute` as `repeat` does",
        "names with 'layers' and optional 'parameters'",
        false
    );

    public static readonly CommonKey Allow = new(
        "allow",
        "warnings that are meant, by number, as in `allow: [MG4001]`; in C#, `#pragma warning disable` does the same",
        "a list of numbers of warnings, such as [MG4001]",
        false
    );

    /// <summary>All of them, in the order of the reference.</summary>
    public static IReadOnlyList<CommonKey> All { get; } = [Model, Description, Family, Let, Blocks, Allow];
}
