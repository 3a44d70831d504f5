using System.Globalization;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>A list of whole numbers, such as a shape; where one number may stand for the list, it does.</summary>
internal sealed class SizesParameter(string name, string summary) : Parameter<EquatableArray<long>>(name, summary)
{
    // As many axes as any layer works with.
    private const int MaximumCount = 8;

    public long Minimum { get; init; } = 1;

    /// <summary>One number may be written instead of a list and then stands for every axis.</summary>
    public bool AllowsOne { get; init; }

    private Range Range => new(Minimum, int.MaxValue);

    public override string Type => AllowsOne
        ? $"a whole number{Range.Suffix}, or a list with one for each axis"
        : $"a list of whole numbers, each {Range.Description}";

    public override JsonObject Schema
    {
        get
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = JsonObject.Integer(Range), ["minItems"] = 1, ["maxItems"] = MaximumCount };
            return AllowsOne ? JsonObject.AnyOf(JsonObject.Integer(Range), list) : list;
        }
    }

    public override object? Bind(Binder binder, string path, Node node)
    {
        if (node is not ListNode list)
        {
            if (AllowsOne && node is ScalarNode)
            {
                return IntegerParameter.Bind(binder, path, node, Range, Type) is long one ? new EquatableArray<long>([one]) : null;
            }

            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, node.Description);
            return null;
        }

        if (list.Items.Count == 0)
        {
            binder.Diagnostics.Report(Rules.EmptyList, node.Span, path);
            return null;
        }

        if (list.Items.Count > MaximumCount)
        {
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, $"a list of at most {MaximumCount.ToString(CultureInfo.InvariantCulture)} numbers", $"a list of {list.Items.Count.ToString(CultureInfo.InvariantCulture)}");
            return null;
        }

        var items = list.Items.Select(item => IntegerParameter.Bind(binder, path, item, Range, $"a whole number{Range.Suffix}")).ToList();
        return items.Contains(null) ? null : new EquatableArray<long>(items.Select(item => (long)item!));
    }

    protected override string Format(EquatableArray<long> value)
    {
        var items = value.Select(item => item.ToString(CultureInfo.InvariantCulture)).ToList();
        return AllowsOne && items.Count == 1 ? items[0] : $"[{string.Join(", ", items)}]";
    }
}
