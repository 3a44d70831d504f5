using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>Two numbers, such as Adam's betas.</summary>
internal sealed class PairParameter(string name, string summary) : Parameter<(double First, double Second)>(name, summary)
{
    public Range Range { get; init; } = Range.Finite;

    public override string Type => $"a list of two numbers, each {Range.Description}";

    public override JsonObject Schema => new()
    {
        ["type"] = "array",
        ["items"] = JsonObject.Number(Range),
        ["minItems"] = 2,
        ["maxItems"] = 2,
    };

    public override object? Bind(Binder binder, string path, Node node)
    {
        if (node is not ListNode { Items.Count: 2 } pair)
        {
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, node is ListNode list ? $"a list of {list.Items.Count}" : node.Description);
            return null;
        }

        var a = NumberParameter.Bind(binder, path, pair.Items[0], Range, $"a number{Range.Suffix}");
        var b = NumberParameter.Bind(binder, path, pair.Items[1], Range, $"a number{Range.Suffix}");
        return a is double x && b is double y ? (x, y) : null;
    }

    public override string ToCSharp(object value)
    {
        var (first, second) = ((double, double))value;
        return $"({NumberText.Of(first)}, {NumberText.Of(second)})";
    }

    protected override string Format((double First, double Second) value) =>
        $"[{NumberText.Of(value.First)}, {NumberText.Of(value.Second)}]";
}
