using System.Text.RegularExpressions;

namespace ModelGen.Compiler.Language;

/// <summary>The name of a class of the user's own; its values are texts.</summary>
/// <param name="Base">The class that it must extend, with its namespace.</param>
/// <param name="IsExposed">Whether it becomes part of the model's own surface, so that it must be as accessible as the model.</param>
internal sealed record TypeForm(string Base, bool IsExposed) : ValueForm
{
    /// <summary>A class with its namespace.</summary>
    public static readonly Regex Name = new(
        @"^(?:global::)?([\p{L}_][\p{L}\p{Nd}_]*(?:\.[\p{L}_][\p{L}\p{Nd}_]*)*)$",
        RegexOptions.CultureInvariant
    );

    public override string Type => "the name of a class, with its namespace: Acme.Mixer";
}
