using System.Text.RegularExpressions;

namespace ModelGen.Compiler.Language;

/// <summary>The name of a class of the user's own; its values are texts.</summary>
internal sealed record TypeForm : ValueForm
{
    /// <summary>A class with its namespace.</summary>
    public static readonly Regex Name = new(
        @"^(?:global::)?([\p{L}_][\p{L}\p{Nd}_]*(?:\.[\p{L}_][\p{L}\p{Nd}_]*)*)$",
        RegexOptions.CultureInvariant
    );

    public override string Type => "the name of a class, with its namespace: Acme.Mixer";
}
