using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Schema;

/// <summary>The JSON schema for a form of values.</summary>
internal static class ValueSchema
{
    /// <summary>The definition of arithmetic.</summary>
    public const string Arithmetic = "arithmetic";

    /// <summary>The definition of names.</summary>
    public const string Name = "name";

    // 12, 0.5, .5, 1e-4.
    private const string Literal = @"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?";

    // Numbers and names with signs, functions and brackets around them, and operators between them; whether brackets match is not seen.
    private const string Operand = @"(?:[-(\s]|sqrt\()*(?:" + Literal + @"|\$[A-Za-z0-9_]+(?:-[A-Za-z][A-Za-z0-9_]*)*)[)\s]*";
    private const string Sum = Operand + "(?:[-+*/]" + Operand + ")*";

    // An editor may read a text as a number or a flag: version 2, yes or no.
    private static readonly string[] TextTypes = ["string", "number", "boolean"];

    public static JsonObject Of(ValueForm form) =>
        form switch
        {
            IntegerForm integer => Numeric("integer", integer.Range),
            NumberForm number => Numeric("number", number.Range),
            FlagForm => new() { ["type"] = "boolean" },
            ChoiceForm choice => new() { ["enum"] = choice.Choices },
            TextForm => new() { ["type"] = TextTypes },
            PairForm pair => List(Of(pair.Element), 2, 2),
            SizesForm { AllowsOne: true } sizes => JsonObject.AnyOf(Of(sizes.Element), Sizes(sizes)),
            SizesForm sizes => Sizes(sizes),
            AmountForm amount => Amount(amount),
            WordForm word => JsonSchema.Words(word.Words),
            GroupForm { Main: { } main } group => JsonObject.AnyOf(Of(main.Form), JsonSchema.Group(group.Parameters)),
            GroupForm group => JsonSchema.Group(group.Parameters),
            NamedShapesForm shapes => new()
            {
                ["type"] = "object",
                ["minProperties"] = 1,
                ["maxProperties"] = NamedShapesForm.MaximumCount,
                ["propertyNames"] = ResultName(),
                ["additionalProperties"] = Of(shapes.Shape),
            },
            NamesForm => new()
            {
                ["type"] = "array",
                ["items"] = ResultName(),
                ["minItems"] = 1,
                ["maxItems"] = NamesForm.MaximumCount,
                ["uniqueItems"] = true,
            },
            TypeForm or ModelForm => new() { ["type"] = "string", ["pattern"] = "^(global::)?[^\\s.:]+(\\.[^\\s.:]+)*$" },
            TextsForm => List(new JsonObject { ["type"] = TextTypes, ["minLength"] = 1 }, 1, TextsForm.MaximumCount),
            TextNumbersForm numbers => OfTexts(Of(numbers.Element), TextNumbersForm.MaximumCount),
            TextDurationsForm => OfTexts(Of(TextDurationsForm.Element), TextDurationsForm.MaximumCount),
            NumbersForm numbers => List(Of(numbers.Element), numbers.MinimumCount, numbers.MaximumCount),
            ShapeForm shape => List(
                JsonObject.AnyOf(Of(shape.Axes.Element), new JsonObject { ["type"] = "string", ["pattern"] = shape.Symbol.ToString() }),
                1,
                SizesForm.MaximumCount
            ),
            LayersForm => JsonSchema.ListOfLayers(),
            _ => throw new InvalidOperationException($"{form.Type} has no schema"),
        };

    private static JsonObject OfTexts(JsonObject element, int most) =>
        new()
        {
            ["type"] = "object",
            ["minProperties"] = 1,
            ["maxProperties"] = most,
            ["additionalProperties"] = element,
        };

    /// <summary>Any number, or arithmetic.</summary>
    public static JsonObject AnyNumber() => JsonObject.AnyOf(new JsonObject { ["type"] = "number" }, JsonSchema.Reference(Arithmetic));

    /// <summary>A name that a layer's result may have.</summary>
    public static JsonObject ResultName() =>
        new()
        {
            ["allOf"] = new[]
            {
                JsonSchema.Reference(Name),
                new JsonObject { ["not"] = new JsonObject { ["const"] = UsableWord.Input } },
            },
        };

    /// <summary>The name of a class; beyond ASCII, what is a letter is left to the compiler.</summary>
    public static JsonObject ClassName() =>
        Pattern(@"^[^\x00-@\[-\x7F][^\x00-/:-@\[-^`{-\x7F]{0,127}$", "a C# class name that starts with an upper-case letter");

    /// <summary>The definition of <see cref="Arithmetic"/>.</summary>
    public static JsonObject ArithmeticText()
    {
        var text = Pattern($"^{Sum}$", "a number, or arithmetic with numbers and $names");
        text["description"] = "Arithmetic with + - * / ( ), sqrt(x) and $names.";
        return text;
    }

    /// <summary>The definition of <see cref="Name"/>; an editor reads <c>true</c> as a flag.</summary>
    public static JsonObject NameText() =>
        new()
        {
            ["type"] = new[] { "string", "boolean" },
            ["pattern"] = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            ["patternErrorMessage"] = WordRules.WordForm,
            ["maxLength"] = WordRules.LongestWord,
        };

    // Editors show the message in place of the pattern.
    private static JsonObject Pattern(string pattern, string wanted) =>
        new()
        {
            ["type"] = "string",
            ["pattern"] = pattern,
            ["patternErrorMessage"] = $"expected {wanted}",
        };

    // Any number may be written as arithmetic.
    private static JsonObject Numeric(string type, Language.Range range) =>
        JsonObject.AnyOf(
            new JsonObject
            {
                ["type"] = type,
                [range.ExcludesMinimum ? "exclusiveMinimum" : "minimum"] = range.Minimum,
                [range.ExcludesMaximum ? "exclusiveMaximum" : "maximum"] = range.Maximum,
            },
            JsonSchema.Reference(Arithmetic)
        );

    // A number alone may not be negative, 0 only where that is allowed, and whole where the unit is counted; for more, a pattern knows too
    // little of numbers.
    private static JsonObject Amount(AmountForm amount)
    {
        var units = string.Join("|", amount.Units.Select(Spelling));
        var least = amount.Range is { Minimum: 0, ExcludesMinimum: false } ? "" : $@"(?![0.]+(?:[eE][-+]?[0-9]+)?[kM]? +(?:{units})$)";
        var counted = amount.Units.Where(static unit => unit.IsCounted).Select(Spelling).ToList();
        var whole = counted.Count == 0 ? "" : $@"(?![0-9]*\.[0-9]*[1-9][0-9]* +(?:{string.Join("|", counted)})$)";
        return Pattern($@"^(?!-\s*{Literal}[kM]? +(?:{units})$){least}{whole}{Sum}[kM]? +(?:{units})$", amount.Type);
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
