using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Schema;

/// <summary>The catalogue as a JSON schema, which editors use to complete and check specs as they are written.</summary>
internal static class JsonSchema
{
    private const string Draft = "http://json-schema.org/draft-07/schema#";

    // As draft 7 calls them.
    private const string Definitions = "definitions";

    private const string Layers = "layers";
    private const string OneLayer = "layer";
    private const string KnownLayers = "known-layers";
    private const string KnownLayer = "known-layer";
    private const string OwnBlock = "own-block";

    private static readonly string[] ConnectionKeys = LayerBinder.ConnectionKeys;

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<Definition>> Kinds = Catalogue
        .Of<Definition>()
        .Where(static word => word is not (Layer or Family))
        .GroupBy(static word => word.Kind)
        .ToDictionary(static kind => kind.Key, static kind => (IReadOnlyList<Definition>)[.. kind]);

    private static readonly string[] LayerWords = [.. Catalogue.Of<Layer>().Select(static word => word.Word)];

    /// <summary>The schema file for models.</summary>
    public static string Write()
    {
        var families = Catalogue.Of<Family>();
        var schema = new JsonObject
        {
            ["$schema"] = Draft,
            ["description"] = "A ModelGen model",
            ["type"] = "object",
            ["required"] = CommonKey.All.Where(static key => key.IsRequired).Select(static key => key.Name).ToArray(),
            ["properties"] = CommonKeys(),
            ["allOf"] = families.Select(Model).ToArray(),

            // A layer that is unknown here may be a block of the file's own, if the file has any.
            ["if"] = new JsonObject { ["required"] = new[] { CommonKey.Blocks.Name } },
            ["else"] = new JsonObject
            {
                ["properties"] = Each(
                    families
                        .SelectMany(static family => family.Parameters)
                        .Where(static parameter => parameter.Form is LayersForm)
                        .Select(static parameter => parameter.Name)
                        .Distinct(),
                    static _ => Reference(KnownLayers)
                ),
            },
        };
        schema[Definitions] = WithKinds(
            schema,
            new JsonObject
            {
                [ValueSchema.Arithmetic] = ValueSchema.ArithmeticText(),
                [ValueSchema.Name] = ValueSchema.NameText(),
                [Layers] = new JsonObject
                {
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["items"] = Reference(OneLayer),
                },
                [OneLayer] = AnyLayer(),
                [OwnBlock] = OwnBlockName(),
                [KnownLayers] = new JsonObject { ["items"] = Reference(KnownLayer) },
                [KnownLayer] = Known(),
                ["block"] = Block(),
            }
        );
        return schema.ToString();
    }

    /// <summary>The schema file for recipes, which do not state their model's family.</summary>
    public static string WriteRecipes()
    {
        var schema = new JsonObject
        {
            ["$schema"] = Draft,
            ["description"] = "A ModelGen recipe",
            ["type"] = "object",
            ["required"] = RecipeKey.All.Where(static key => key.IsRequired).Select(static key => key.Name).ToArray(),
            ["anyOf"] = Catalogue.Of<Family>().Where(static family => family.RecipeParameters.Count > 0).Select(Recipe).ToArray(),
        };
        schema[Definitions] = WithKinds(
            schema,
            new JsonObject { [ValueSchema.Arithmetic] = ValueSchema.ArithmeticText(), [ValueSchema.Name] = ValueSchema.NameText() }
        );
        return schema.ToString();
    }

    /// <summary>A part that the schema defines once.</summary>
    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/{Definitions}/{name}" };

    /// <summary>A list of layers.</summary>
    public static JsonObject ListOfLayers() => Reference(Layers);

    /// <summary>One of several words with its arguments.</summary>
    public static JsonObject Words(IReadOnlyList<Definition> words) =>
        Kinds.TryGetValue(words[0].Kind, out var all) && all.Count == words.Count
            ? Reference(KindName(words[0].Kind))
            : Words(words, IsRequired);

    /// <summary>A group of keys.</summary>
    public static JsonObject Group(IReadOnlyList<Parameter> parameters) => Group(parameters, IsRequired);

    private static string KindName(string kind) => kind.Replace(' ', '-');

    // The kinds of words that something takes all words of are defined once.
    private static JsonObject WithKinds(JsonObject schema, JsonObject definitions)
    {
        var text = schema.ToString();
        var missing = Kinds.Keys.ToList();
        while (missing.Find(IsUsed) is { } kind)
        {
            missing.Remove(kind);
            definitions[KindName(kind)] = Words(Kinds[kind], IsRequired);
        }

        return definitions;

        bool IsUsed(string kind)
        {
            var reference = $"\"#/{Definitions}/{KindName(kind)}\"";
            return text.Contains(reference) || definitions.ToString().Contains(reference);
        }
    }

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
            yield return Alone(word);
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

    private static JsonObject Alone(Definition word) => new() { ["const"] = word.Word, ["description"] = word.Summary };

    // A word alone, or a group of keys of which one is a word; the word decides which others may stand beside it. Conditions, not
    // alternatives, so that an editor tells what is wrong with the word that is there.
    private static JsonObject AnyLayer()
    {
        var words = Catalogue.Of<Layer>();
        var properties = new JsonObject();
        foreach (var word in words)
        {
            properties[word.Word] = new JsonObject { ["description"] = word.Summary, ["allOf"] = new[] { Argument(word, IsRequired) } };
        }

        foreach (var parameter in Beside(words))
        {
            properties[parameter.Name] = Described(parameter);
        }

        Connect(properties);
        return new JsonObject
        {
            ["if"] = new JsonObject { ["type"] = "object" },
            ["then"] = new JsonObject
            {
                ["properties"] = properties,
                ["additionalProperties"] = OwnBlockArgument(),
                ["allOf"] = words.Select(Surroundings).Append(OwnBlockSurroundings(Beside(words))).ToArray(),
            },
            ["else"] = JsonObject.AnyOf([
                .. words.Where(static word => !word.Parameters.Any(IsRequired)).Select(Alone),
                new JsonObject { ["description"] = BlockWord.Instance.Summary, ["allOf"] = new[] { Reference(OwnBlock) } },
            ]),
        };
    }

    private static List<Parameter> Beside(IEnumerable<Definition> words) =>
        [.. words.SelectMany(static word => word.Parameters).Where(static parameter => parameter.IsBeside)];

    private static JsonObject Surroundings(Layer word)
    {
        var beside = Beside(new[] { word });
        var then = new JsonObject
        {
            ["propertyNames"] = new JsonObject
            {
                ["enum"] = beside.Select(static parameter => parameter.Name).Prepend(word.Word).Concat(ConnectionKeys).ToArray(),
            },
        };
        var required = beside.Where(IsRequired).Select(static parameter => parameter.Name).ToArray();
        if (required.Length > 0)
        {
            then["required"] = required;
        }

        return new JsonObject
        {
            ["if"] = new JsonObject { ["required"] = new[] { word.Word } },
            ["then"] = then,
        };
    }

    // Where there is no word, one of the keys is the name of a block.
    private static JsonObject OwnBlockSurroundings(IEnumerable<Parameter> beside) =>
        new()
        {
            ["if"] = new JsonObject { ["propertyNames"] = new JsonObject { ["not"] = new JsonObject { ["enum"] = LayerWords } } },
            ["then"] = new JsonObject
            {
                ["propertyNames"] = Reference(ValueSchema.Name),
                ["not"] = new JsonObject
                {
                    ["propertyNames"] = new JsonObject
                    {
                        ["enum"] = beside.Select(static parameter => parameter.Name).Concat(ConnectionKeys).ToArray(),
                    },
                },
            },
        };

    private static void Connect(JsonObject properties)
    {
        properties["as"] = ResultName("names the layer's result");
        properties["from"] = new JsonObject
        {
            ["description"] = "takes results by name instead of the previous layer's",
            ["anyOf"] = new[]
            {
                Reference(ValueSchema.Name),
                new JsonObject
                {
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["items"] = Reference(ValueSchema.Name),
                },
            },
        };
    }

    private static JsonObject ResultName(string description) =>
        new() { ["description"] = description, ["allOf"] = new[] { ValueSchema.ResultName() } };

    private static JsonObject Argument(Definition word, Func<Parameter, bool> isRequired)
    {
        var inside = word.Parameters.Where(static parameter => !parameter.IsBeside).ToList();
        var forms = new List<JsonObject>();
        if (word.Main is { } main)
        {
            forms.Add(Described(main));
        }

        if (!inside.Exists(parameter => isRequired(parameter)))
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

    private static JsonObject OwnBlockName() =>
        new()
        {
            ["allOf"] = new[]
            {
                Reference(ValueSchema.Name),
                new JsonObject { ["not"] = new JsonObject { ["enum"] = LayerWords } },
            },
        };

    // The parameters are the file's own, and take numbers.
    private static JsonObject OwnBlockArgument() =>
        JsonObject.AnyOf(
            new JsonObject { ["type"] = "null" },
            ValueSchema.AnyNumber(),
            new JsonObject
            {
                ["type"] = "object",
                ["propertyNames"] = Reference(ValueSchema.Name),
                ["additionalProperties"] = ValueSchema.AnyNumber(),
            }
        );

    // What is not a word here is a mistake, at any depth.
    private static JsonObject Known()
    {
        var words = Catalogue.Of<Layer>();
        var nested = new JsonObject();
        var beside = Beside(words);
        foreach (var parameter in beside.Where(static parameter => parameter.Form is LayersForm))
        {
            nested[parameter.Name] = Reference(KnownLayers);
        }

        foreach (var word in words)
        {
            var lists = word
                .Parameters.Where(static parameter => parameter is { IsBeside: false, Form: LayersForm })
                .Select(static parameter => parameter.Name)
                .ToList();
            if (lists.Count > 0)
            {
                nested[word.Word] = new JsonObject
                {
                    ["items"] = Reference(KnownLayer),
                    ["properties"] = Each(lists, static _ => Reference(KnownLayers)),
                };
            }
        }

        return new JsonObject
        {
            ["if"] = new JsonObject { ["type"] = "object" },
            ["then"] = new JsonObject
            {
                ["propertyNames"] = new JsonObject
                {
                    ["enum"] = LayerWords
                        .Concat(beside.Select(static parameter => parameter.Name).Distinct())
                        .Concat(ConnectionKeys)
                        .ToArray(),
                },
                ["properties"] = nested,
            },
            ["else"] = new JsonObject { ["enum"] = LayerWords },
        };
    }

    private static JsonObject Block() =>
        new()
        {
            ["type"] = "object",
            ["required"] = new[] { "layers" },
            ["properties"] = new JsonObject
            {
                ["parameters"] = new JsonObject
                {
                    ["description"] = "the names of numbers that each use gives, or names with their defaults",
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["maxItems"] = ModelBinder.MaximumParameters,
                    ["items"] = JsonObject.AnyOf(
                        Reference(ValueSchema.Name),
                        new JsonObject
                        {
                            ["type"] = "object",
                            ["minProperties"] = 1,
                            ["maxProperties"] = 1,
                            ["propertyNames"] = Reference(ValueSchema.Name),
                            ["additionalProperties"] = ValueSchema.AnyNumber(),
                        }
                    ),
                },
                ["layers"] = new JsonObject { ["description"] = "the layers it stands for", ["allOf"] = new[] { Reference(Layers) } },
            },
            ["additionalProperties"] = false,
        };

    private static JsonObject Each(IEnumerable<string> names, Func<string, JsonObject> value)
    {
        var properties = new JsonObject();
        foreach (var name in names)
        {
            properties[name] = value(name);
        }

        return properties;
    }

    private static JsonObject CommonKeys() =>
        new()
        {
            [CommonKey.Model.Name] = ClassName(CommonKey.Model, WordRules.ReservedMembers.Concat(WordRules.RoleMembers)),
            [CommonKey.Description.Name] = Text(CommonKey.Description),
            [CommonKey.Family.Name] = new JsonObject
            {
                ["description"] = CommonKey.Family.Summary,
                ["oneOf"] = Catalogue.Of<Family>().Select(Alone).ToArray(),
            },
            [CommonKey.Let.Name] = Constants(),
            [CommonKey.Blocks.Name] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = CommonKey.Blocks.Summary,
                ["minProperties"] = 1,
                ["propertyNames"] = Reference(OwnBlock),
                ["additionalProperties"] = Reference("block"),
            },
            [CommonKey.Allow.Name] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = CommonKey.Allow.Summary,
                ["minItems"] = 1,
                ["uniqueItems"] = true,
                ["items"] = new JsonObject
                {
                    ["oneOf"] = Rules
                        .All.Where(static rule => rule.IsWarning)
                        .Select(static rule => new JsonObject { ["const"] = rule.Id, ["description"] = rule.Title })
                        .ToArray(),
                },
            },
        };

    // What a family adds applies only to its models, so that an editor tells of no other.
    private static JsonObject Model(Family family)
    {
        var properties = new JsonObject();
        foreach (var key in CommonKey.All)
        {
            properties[key.Name] = true;
        }

        foreach (var parameter in family.Parameters)
        {
            properties[parameter.Name] = Described(parameter);
        }

        return new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["properties"] = new JsonObject { [CommonKey.Family.Name] = new JsonObject { ["const"] = family.Word } },
                ["required"] = new[] { CommonKey.Family.Name },
            },
            ["then"] = new JsonObject
            {
                ["properties"] = properties,
                ["required"] = family
                    .Parameters.Where(static parameter => parameter.IsRequired)
                    .Select(static parameter => parameter.Name)
                    .ToArray(),
                ["additionalProperties"] = false,
            },
        };
    }

    private static JsonObject Recipe(Family family)
    {
        var properties = new JsonObject();
        foreach (var key in RecipeKey.All)
        {
            properties[key.Name] =
                key == CommonKey.Let ? Constants()
                : key == RecipeKey.Run
                    ? ClassName(key, WordRules.RecipeMembers.Concat(WordRules.ReservedMembers).Concat(WordRules.RoleMembers))
                : Text(key);
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

    private static JsonObject Text(CommonKey key) =>
        new() { ["description"] = key.Summary, ["allOf"] = new[] { ValueSchema.Of(new TextForm()) } };

    private static JsonObject ClassName(CommonKey key, IEnumerable<string> members) =>
        new()
        {
            ["description"] = key.Summary,
            ["allOf"] = new[]
            {
                ValueSchema.ClassName(),
                new JsonObject { ["not"] = new JsonObject { ["enum"] = WordRules.Namespaces.Concat(members).Distinct().ToArray() } },
            },
        };

    private static JsonObject Constants() =>
        new()
        {
            ["type"] = "object",
            ["description"] = CommonKey.Let.Summary,
            ["minProperties"] = 1,
            ["propertyNames"] = Reference(ValueSchema.Name),
            ["additionalProperties"] = ValueSchema.AnyNumber(),
        };
}
