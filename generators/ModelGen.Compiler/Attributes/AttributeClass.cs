using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Attributes;

/// <summary>What an attribute says about a model.</summary>
internal enum AttributeRole
{
    /// <summary>Makes the class a model of a family.</summary>
    Family,

    /// <summary>The value of a key of the model: a word, or a group of keys.</summary>
    Key,

    /// <summary>A layer of the property's list.</summary>
    Layer,
}

/// <summary>The C# attribute for a word of the catalogue or a group of keys.</summary>
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
    /// <summary>The namespace of all attributes.</summary>
    public const string Namespace = "ModelGen";

    /// <summary>The positional arguments, in order.</summary>
    public IEnumerable<AttributeArgument> Positional => Arguments.Where(static argument => argument.IsPositional);
}
