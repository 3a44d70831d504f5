using System.Globalization;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>A whole number in a range, written as a literal or as arithmetic.</summary>
internal sealed class IntegerParameter(string name, string summary) : Parameter<long>(name, summary)
{
    public long Minimum { get; init; } = 1;

    public long Maximum { get; init; } = int.MaxValue;

    public Range Range => new(Minimum, Maximum);

    public override string Type => $"a whole number{Range.Suffix}";

    public override JsonObject Schema => JsonObject.Integer(Range);

    public override object? Bind(Binder binder, string path, Node node) => Bind(binder, path, node, Range, Type);

    /// <summary>Reads one whole number in <paramref name="range"/>.</summary>
    public static object? Bind(Binder binder, string path, Node node, Range range, string type)
    {
        if (binder.Number(path, type, node) is not { } value)
        {
            return null;
        }

        if (Math.Floor(value) != value)
        {
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, type, NumberText.Of(value));
            return null;
        }

        if (!range.Contains(value))
        {
            binder.Diagnostics.Report(Rules.OutOfRange, node.Span, path, NumberText.Of(value), range.Wanted(value));
            return null;
        }

        return (long)value;
    }

    public override string ToCSharp(object value) => ((long)value).ToString(CultureInfo.InvariantCulture);

    protected override string Format(long value) => value.ToString(CultureInfo.InvariantCulture);
}
