using System.Globalization;
using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A list of whole numbers, such as a shape, or a single one if that may stand for the list.</summary>
internal sealed class SizesParameter(string name, string summary) : Parameter<EquatableArray<long>>(name, summary)
{
    public long Minimum { get; init; } = 1;

    /// <summary>Whether one number may be written instead of a list, which then applies to every axis.</summary>
    public bool AllowsOne { get; init; }

    public override ValueForm Form => new SizesForm(new Range(Minimum, int.MaxValue), AllowsOne);

    protected override string Format(EquatableArray<long> value)
    {
        var items = value.Select(static item => item.ToString(CultureInfo.InvariantCulture)).ToList();
        return AllowsOne && items.Count == 1 ? items[0] : $"[{string.Join(", ", items)}]";
    }
}
