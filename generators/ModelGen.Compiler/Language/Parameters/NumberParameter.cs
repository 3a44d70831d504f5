using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

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

    /// <summary>The number as C# and messages write it.</summary>
    public static string Text(double value) => NumberText.Of(value);

    protected override string Format(double value) => Text(value);
}
