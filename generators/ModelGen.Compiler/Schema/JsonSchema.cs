using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Schema;

/// <summary>The catalogue as a JSON schema, which editors use to complete and check specs as they are written.</summary>
internal static class JsonSchema
{
    private const string Draft = "http://json-schema.org/draft-07/schema#";

    private const string Arithmetic = "arithmetic";

    /// <summary>The schema file for models.</summary>
    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = Draft,
            ["title"] = "ModelGen model",
            ["type"] = "object",
            ["required"] = CommonKey.All.Where(static key => key.IsRequired).Select(static key => key.Name).ToArray(),
            ["oneOf"] = Catalogue.Of<Family>().Select(Model).ToArray(),
            ["$defs"] = new JsonObject
            {
                [Arithmetic] = ArithmeticText(),
                ["layers"] = new JsonObject
                {
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["items"] = new JsonObject { ["$ref"] = "#/$defs/layer" },
                },
                ["layer"] = Layer(),
                ["block"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new[] { "layers" },
                    ["properties"] = new JsonObject
                    {
                        ["parameters"] = new JsonObject { ["type"] = "array", ["minItems"] = 1 },
                        ["layers"] = new JsonObject { ["$ref"] = "#/$defs/layers" },
                    },
                    ["additionalProperties"] = false,
                },
            },
        };
        return schema.ToString();
    }

    /// <summary>The schema file for recipes, which do not state their model's family.</summary>
    public static string WriteRecipes() =>
        new JsonObject
        {
            ["$schema"] = Draft,
            ["title"] = "ModelGen recipe",
            ["type"] = "object",
            ["required"] = RecipeKey.All.Where(static key => key.IsRequired).Select(static key => key.Name).ToArray(),
            ["anyOf"] = Catalogue.Of<Family>().Where(static family => family.RecipeParameters.Count > 0).Select(Recipe).ToArray(),
            ["$defs"] = new JsonObject { [Arithmetic] = ArithmeticText() },
        }.ToString();

    /// <summary>One of several words with its arguments.</summary>
    public static JsonObject Words(IReadOnlyList<Definition> words) => Words(words, IsRequired);

    /// <summary>A group of keys.</summary>
    public static JsonObject Group(IReadOnlyList<Parameter> parameters) => Group(parameters, IsRequired);

    private static bool IsRequired(Parameter parameter) => parameter.IsRequired;

    // A recipe may leave out what is built into the model.
    private static bool IsRequiredByRecipes(Parameter parameter) =>
        parameter.Recipe == RecipeUse.None ? parameter.IsRequired : parameter.Recipe == RecipeUse.Required;

    private static JsonObject Words(IReadOnlyList<Definition> words, Func<Parameter, bool> isRequired) =>
        new() { ["oneOf"] = words.SelectMany(word => Forms(word, isRequired)).ToArray() };

    private static JsonObject Group(IReadOnlyList<Parameter> parameters, Func<Parameter, bool> isRequired)
    {
        var properties = new JsonObject();
        foreach (var parameter in parameters)
        {
            properties[parameter.Name] = Described(parameter);
        }

        var group = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        var required = parameters.Where(isRequired).Select(static parameter => parameter.Name).ToArray();
        if (required.Length > 0)
        {
            group["required"] = required;
        }

        return group;
    }

    // A word alone where nothing is required, and a word with its main argument or its arguments in braces.
    private static IEnumerable<JsonObject> Forms(Definition word, Func<Parameter, bool> isRequired)
    {
        if (!word.Parameters.Any(isRequired))
        {
            yield return new JsonObject { ["const"] = word.Word, ["description"] = word.Summary };
        }

        yield return new JsonObject
        {
            ["type"] = "object",
            ["description"] = word.Summary,
            ["properties"] = new JsonObject { [word.Word] = Argument(word, isRequired) },
            ["required"] = new[] { word.Word },
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Argument(Definition word, Func<Parameter, bool> isRequired)
    {
        var inside = word.Parameters.Where(static parameter => !parameter.IsBeside).ToList();
        var forms = new List<JsonObject>();
        if (word.Main is { } main)
        {
            forms.Add(Described(main));
        }

        if (!word.Parameters.Any(isRequired))
        {
            forms.Add(new JsonObject { ["type"] = "null" });
        }

        forms.Add(Group(inside, isRequired));
        return JsonObject.AnyOf([.. forms]);
    }

    private static JsonObject Described(Parameter parameter) =>
        new()
        {
            ["description"] = $"{parameter.Summary}{(parameter.IsRequired ? "" : $" (default: {parameter.DefaultText})")}",
            ["allOf"] = new[] { ValueSchema.Of(parameter.Form) },
        };

    private static JsonObject Layer()
    {
        var words = Catalogue.Of<Layer>();
        var properties = new JsonObject();
        foreach (var word in words)
        {
            properties[word.Word] = Argument(word, IsRequired);
        }

        foreach (var beside in words.SelectMany(static word => word.Parameters).Where(static parameter => parameter.IsBeside))
        {
            properties[beside.Name] = Described(beside);
        }

        properties["as"] = new JsonObject { ["type"] = "string", ["description"] = "names the layer's result" };
        properties["from"] = new JsonObject
        {
            ["description"] = "takes results by name instead of the previous layer's",
            ["type"] = new[] { "string", "array" },
        };

        // Each file may define its own blocks, so a layer may have a key that is unknown here.
        return JsonObject.AnyOf(
            new JsonObject
            {
                ["enum"] = words
                    .Where(static word => !word.Parameters.Any(static parameter => parameter.IsRequired))
                    .Select(static word => word.Word)
                    .ToArray(),
            },
            new JsonObject { ["type"] = "string" },
            new JsonObject { ["type"] = "object", ["properties"] = properties }
        );
    }

    private static JsonObject Model(Family family)
    {
        var properties = new JsonObject
        {
            [CommonKey.Model.Name] = Text(CommonKey.Model),
            [CommonKey.Description.Name] = Text(CommonKey.Description),
            [CommonKey.Family.Name] = new JsonObject { ["const"] = family.Word, ["description"] = family.Summary },
            [CommonKey.Let.Name] = Constants(),
            [CommonKey.Blocks.Name] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = CommonKey.Blocks.Summary,
                ["additionalProperties"] = new JsonObject { ["$ref"] = "#/$defs/block" },
            },
            [CommonKey.Allow.Name] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = CommonKey.Allow.Summary,
                ["minItems"] = 1,
                ["items"] = new JsonObject
                {
                    ["enum"] = Rules.All.Where(static rule => rule.IsWarning).Select(static rule => rule.Id).ToArray(),
                },
            },
        };
        foreach (var parameter in family.Parameters)
        {
            properties[parameter.Name] = Described(parameter);
        }

        return new JsonObject
        {
            ["properties"] = properties,
            ["required"] = family
                .Parameters.Where(static parameter => parameter.IsRequired)
                .Select(static parameter => parameter.Name)
                .ToArray(),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Recipe(Family family)
    {
        var properties = new JsonObject();
        foreach (var key in RecipeKey.All)
        {
            properties[key.Name] = key == CommonKey.Let ? Constants() : Text(key);
        }

        foreach (var parameter in family.RecipeParameters)
        {
            properties[parameter.Name] = new JsonObject
            {
                ["description"] = IsRequiredByRecipes(parameter)
                    ? parameter.Summary
                    : $"{parameter.Summary} (default: {(parameter.Recipe == RecipeUse.Own ? parameter.DefaultText : "the model's own")})",
                ["allOf"] = new[]
                {
                    parameter.Form is WordForm word ? Words(word.Words, IsRequiredByRecipes) : ValueSchema.Of(parameter.Form),
                },
            };
        }

        return new JsonObject
        {
            ["properties"] = properties,
            ["required"] = family.RecipeParameters.Where(IsRequiredByRecipes).Select(static parameter => parameter.Name).ToArray(),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Text(CommonKey key) => new() { ["type"] = "string", ["description"] = key.Summary };

    private static JsonObject Constants() =>
        new()
        {
            ["type"] = "object",
            ["description"] = CommonKey.Let.Summary,
            ["additionalProperties"] = ValueSchema.Of(new NumberForm(Language.Range.Finite)),
        };

    private static JsonObject ArithmeticText() =>
        new()
        {
            ["type"] = "string",
            ["pattern"] = "[0-9$(]",
            ["description"] = "Arithmetic with + - * / ( ), sqrt(x) and $names.",
        };
}
