using System.Text.RegularExpressions;

namespace ModelGen.Compiler.Language;

/// <summary>Names, each with the shape of a tensor; its values are arrays of <see cref="NamedShape"/>.</summary>
/// <param name="What">What is named, for messages: "a side input".</param>
internal sealed record NamedShapesForm(string What) : ValueForm
{
    /// <summary>More than one for each layer of any practical model.</summary>
    public const int MaximumCount = 1000;

    /// <summary>A symbol and, at its first use, its maximum.</summary>
    public static readonly Regex Symbol = new("^([A-Z][A-Z0-9]*)(?: *<= *(.+))?$", RegexOptions.CultureInvariant);

    /// <summary>The largest maximum of a symbol.</summary>
    public const long LongestSymbol = 1 << 20;

    public override string Type => "names with shapes such as [16], or [S <= 128, 16] where an axis has 1 to 128 entries";

    /// <summary>A shape without symbols.</summary>
    public SizesForm Axes => new(new Range(1, int.MaxValue), AllowsOne: false);
}
