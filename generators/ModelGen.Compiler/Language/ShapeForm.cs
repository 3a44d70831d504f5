using System.Text.RegularExpressions;

namespace ModelGen.Compiler.Language;

/// <summary>A shape whose lengths may be symbols; its values are arrays of <see cref="AxisLength"/>.</summary>
/// <param name="AllowsBounds">Whether a symbol may come with its maximum.</param>
internal sealed record ShapeForm(bool AllowsBounds) : ValueForm
{
    /// <summary>The largest maximum of a symbol.</summary>
    public const long LongestSymbol = 1 << 20;

    private static readonly Regex Plain = new("^([A-Z][A-Z0-9]*)$", RegexOptions.CultureInvariant);
    private static readonly Regex Bounded = new("^([A-Z][A-Z0-9]*)(?: *<= *(.+))?$", RegexOptions.CultureInvariant);

    public override string Type => $"a shape such as {Examples}";

    /// <summary>Two shapes, for messages.</summary>
    public string Examples =>
        AllowsBounds
            ? "[16], or [S <= 128, 16] where an axis has 1 to 128 entries"
            : "[16], or [T, 16] where T is the length of a sequence";

    /// <summary>A symbol, and its maximum where one is given.</summary>
    public Regex Symbol => AllowsBounds ? Bounded : Plain;

    /// <summary>A shape without symbols.</summary>
    public SizesForm Axes => new(new Range(1, int.MaxValue), AllowsOne: false);
}
