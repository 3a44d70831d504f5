using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Attributes;

/// <summary>What an attribute says about a model.</summary>
internal enum AttributeRole
{
    /// <summary>The class is a model of a family.</summary>
    Family,

    /// <summary>The value of a key of the model: a word, or a group of keys.</summary>
    Key,

    /// <summary>A layer of the property's list.</summary>
    Layer,
}

/// <summary>The attribute that a word of the catalogue, or a group of keys, has in C#.</summary>
/// <param name="Name">Its name without the suffix.</param>
/// <param name="Role">What it says about a model.</param>
/// <param name="Word">The word, or the key of the group.</param>
/// <param name="Definition">The word's definition; null for a group.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record AttributeClass(
    string Name,
    AttributeRole Role,
    string Word,
    Definition? Definition,
    string Summary,
    IReadOnlyList<AttributeArgument> Arguments
)
{
    /// <summary>The namespace of all of them.</summary>
    public const string Namespace = "ModelGen";

    /// <summary>The arguments that may be given without a name, in order.</summary>
    public IEnumerable<AttributeArgument> Positional => Arguments.Where(static argument => argument.IsPositional);
}
