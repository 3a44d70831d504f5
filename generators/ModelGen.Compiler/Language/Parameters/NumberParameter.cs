using System.Globalization;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>A real number in a range, written as a literal or as arithmetic.</summary>
internal sealed class NumberParameter(string name, string summary) : Parameter<double>(name, summary)
{
    public Range Range { get; init; } = Range.Finite;

    public override string Type => $"a number{Range.Suffix}";

    public override JsonObject Schema => JsonObject.Number(Range);

    public override object? Bind(Binder binder, string path, Node node) => Bind(binder, path, node, Range, Type);

    /// <summary>Reads one number in <paramref name="range"/>.</summary>
    public static object? Bind(Binder binder, string path, Node node, Range range, string type)
    {
        if (binder.Number(path, type, node) is not { } value)
        {
            return null;
        }

        if (!range.Contains(value))
        {
            binder.Diagnostics.Report(Rules.OutOfRange, node.Span, path, Text(value), range.Wanted(value));
            return null;
        }

        return value;
    }

    public override string ToCSharp(object value) => Text((double)value);

    /// <summary>The shortest text that reads back as the same number, the same on every machine.</summary>
    public static string Text(double value)
    {
        // "R" gives the shortest text on .NET, but not on the .NET Framework, where Visual Studio's builds run.
        var text = value.ToString("G15", CultureInfo.InvariantCulture);
        for (var digits = 16; digits <= 17 && double.Parse(text, CultureInfo.InvariantCulture) != value; digits++)
        {
            text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        // 1E-05 as people write it: 1e-5.
        var e = text.IndexOf('E');
        return e < 0 ? text : text.Substring(0, e) + "e" + int.Parse(text.Substring(e + 1), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    protected override string Format(double value) => Text(value);
}
