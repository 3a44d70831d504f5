using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Schema;

/// <summary>The JSON schema for a form of values.</summary>
internal static class ValueSchema
{
    public static JsonObject Of(ValueForm form) =>
        form switch
        {
            IntegerForm integer => Numeric("integer", integer.Range),
            NumberForm number => Numeric("number", number.Range),
            FlagForm => new() { ["type"] = "boolean" },
            ChoiceForm choice => new() { ["enum"] = choice.Choices },
            TextForm => new() { ["type"] = "string" },
            PairForm pair => List(Of(pair.Element), 2, 2),
            SizesForm { AllowsOne: true } sizes => JsonObject.AnyOf(Of(sizes.Element), Sizes(sizes)),
            SizesForm sizes => Sizes(sizes),
            AmountForm amount => new()
            {
                ["type"] = "string",
                ["pattern"] = $"^\\S.* ({string.Join("|", amount.Units.Select(Spelling))})$",
            },
            WordForm word => JsonSchema.Words(word.Words),
            GroupForm { Main: { } main } group => JsonObject.AnyOf(Of(main.Form), JsonSchema.Group(group.Parameters)),
            GroupForm group => JsonSchema.Group(group.Parameters),
            NamedShapesForm shapes => new()
            {
                ["type"] = "object",
                ["minProperties"] = 1,
                ["additionalProperties"] = Of(shapes.Shape),
            },
            NamesForm => new()
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "string" },
                ["minItems"] = 1,
                ["maxItems"] = NamesForm.MaximumCount,
                ["uniqueItems"] = true,
            },
            TypeForm => new() { ["type"] = "string", ["pattern"] = "^(global::)?[^\\s.:]+(\\.[^\\s.:]+)*$" },
            TextsForm => List(new JsonObject { ["type"] = "string", ["minLength"] = 1 }, 1, TextsForm.MaximumCount),
            TextNumbersForm numbers => new()
            {
                ["type"] = "object",
                ["minProperties"] = 1,
                ["maxProperties"] = TextNumbersForm.MaximumCount,
                ["additionalProperties"] = Of(numbers.Element),
            },
            NumbersForm numbers => List(Of(numbers.Element), numbers.MinimumCount, numbers.MaximumCount),
            ShapeForm shape => List(
                JsonObject.AnyOf(Of(shape.Axes.Element), new JsonObject { ["type"] = "string", ["pattern"] = shape.Symbol.ToString() }),
                1,
                SizesForm.MaximumCount
            ),
            LayersForm => new() { ["$ref"] = "#/$defs/layers" },
            _ => throw new InvalidOperationException($"{form.Type} has no schema"),
        };

    // Any number may be written as arithmetic.
    private static JsonObject Numeric(string type, Language.Range range)
    {
        var number = new JsonObject { ["type"] = type };
        if (range.Minimum != float.MinValue)
        {
            number[range.ExcludesMinimum ? "exclusiveMinimum" : "minimum"] = range.Minimum;
        }

        if (range.Maximum != float.MaxValue)
        {
            number[range.ExcludesMaximum ? "exclusiveMaximum" : "maximum"] = range.Maximum;
        }

        return JsonObject.AnyOf(number, new JsonObject { ["$ref"] = "#/$defs/arithmetic" });
    }

    private static JsonObject Sizes(SizesForm sizes) => List(Of(sizes.Element), 1, SizesForm.MaximumCount);

    private static JsonObject List(JsonObject items, int minimum, int maximum) =>
        new()
        {
            ["type"] = "array",
            ["items"] = items,
            ["minItems"] = minimum,
            ["maxItems"] = maximum,
        };

    // A unit that ends in s may be written without it.
    private static string Spelling(Unit unit) => unit.Name.EndsWith("s", StringComparison.Ordinal) ? unit.Name + "?" : unit.Name;
}
