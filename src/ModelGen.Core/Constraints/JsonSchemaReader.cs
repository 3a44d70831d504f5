using System.Globalization;
using System.Text.Json;

namespace ModelGen.Constraints;

/// <summary>Reads a JSON schema as the set of texts that it describes.</summary>
internal sealed class JsonSchemaReader
{
    /// <summary>
    /// A keyword of types of .NET alone: a pattern that a whole text matches, whose characters are those of UTF-16, so that each counts as
    /// one.
    /// </summary>
    public const string WholePattern = "x-modelgen-pattern";

    /// <summary>A pattern of any text whose characters each count as one in UTF-16.</summary>
    public const string BasicPlane = "[\\u0000-\\uD7FF\\uE000-\\uFFFF]*";

    private const int MostReferences = 64;
    private const int MostDepth = 256;

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "null", "object", "array"];

    // What says something of values of these types alone.
    private static readonly Dictionary<string, string[]> TypesOfKeywords = new(StringComparer.Ordinal)
    {
        ["minLength"] = ["string"],
        ["maxLength"] = ["string"],
        ["pattern"] = ["string"],
        ["format"] = ["string"],
        ["minimum"] = ["number", "integer"],
        ["maximum"] = ["number", "integer"],
        ["exclusiveMinimum"] = ["number", "integer"],
        ["exclusiveMaximum"] = ["number", "integer"],
        ["multipleOf"] = ["number", "integer"],
        ["properties"] = ["object"],
        ["required"] = ["object"],
        ["additionalProperties"] = ["object"],
        ["propertyNames"] = ["object"],
        [WholePattern] = ["string"],
        ["items"] = ["array"],
        ["prefixItems"] = ["array"],
        ["minItems"] = ["array"],
        ["maxItems"] = ["array"],
        ["uniqueItems"] = ["array"],
    };

    // What says something of values of every type.
    private static readonly HashSet<string> GeneralKeywords = new(StringComparer.Ordinal)
    {
        "type",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
    };

    // What says nothing of values.
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema",
        "$id",
        "$comment",
        "$defs",
        "definitions",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "contentEncoding",
        "contentMediaType",
    };

    private readonly JsonElement _root;
    private readonly Dictionary<string, Expression> _read = new(StringComparer.Ordinal);
    private readonly List<string> _reading = [];

    private JsonSchemaReader(JsonElement root) => _root = root;

    /// <summary>The texts that a schema describes.</summary>
    /// <exception cref="ModelGenException">It is not JSON, or cannot be kept; the message says where.</exception>
    public static Expression Read(string schema)
    {
        try
        {
            using var document = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = MostDepth });
            return new JsonSchemaReader(document.RootElement).Follow("#");
        }
        catch (JsonException exception)
        {
            throw new ModelGenException($"The JSON schema is not valid JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // Halves of surrogate pairs.
            throw new ModelGenException($"The JSON schema has a string that is not valid Unicode: {exception.Message}", exception);
        }
    }

    // What a reference names, once for all that refer to it.
    private Expression Follow(string reference)
    {
        if (_read.TryGetValue(reference, out var known))
        {
            return known;
        }

        if (_reading.Contains(reference))
        {
            throw new ModelGenException(
                $"The JSON schema refers to itself: {string.Join(" -> ", _reading.SkipWhile(name => name != reference))} -> {reference}. "
                    + "Values inside each other without end are more than an automaton can follow; write out as many levels as you need."
            );
        }

        if (_reading.Count == MostReferences)
        {
            throw Wrong(reference, $"more than {MostReferences} references lead to it, one to the next");
        }

        _reading.Add(reference);
        var expression = Read(Resolve(reference), reference);
        _reading.RemoveAt(_reading.Count - 1);
        return _read[reference] = expression;
    }

    private JsonElement Resolve(string reference)
    {
        var element = _root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(part)
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var property))
            {
                element = property;
            }
            else if (
                element.ValueKind == JsonValueKind.Array
                && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < element.GetArrayLength()
            )
            {
                element = element[index];
            }
            else
            {
                throw Wrong(reference, $"there is nothing here, although a '$ref' names it: '{name}' is missing");
            }
        }

        return element;
    }

    private Expression Read(JsonElement schema, string at)
    {
        if (schema.ValueKind is JsonValueKind.True || (schema.ValueKind == JsonValueKind.Object && !schema.EnumerateObject().Any()))
        {
            throw Wrong(at, "it allows any value; give it a 'type'");
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(at, schema.ValueKind == JsonValueKind.False ? "it allows no value" : "a schema is an object");
        }

        CheckKeywords(schema, at);
        var parts = new List<Expression>();
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = Text(reference, at, "$ref");
            parts.Add(
                name.StartsWith('#') && (name.Length == 1 || name[1] == '/')
                    ? Follow(name)
                    : throw Wrong(at, $"the '$ref' '{name}' does not point into this schema, as '#/$defs/name' does")
            );
        }

        parts.AddRange(Alternatives(schema, at));
        var types = TypesOf(schema, at);
        if (schema.TryGetProperty("enum", out _) || schema.TryGetProperty("const", out _))
        {
            parts.Add(Constants(schema, at, types));
        }

        var isTyped = schema
            .EnumerateObject()
            .Any(keyword => TypesOfKeywords.ContainsKey(keyword.Name) && !IsOfAlternatives(keyword, schema));
        if (types is not null && !isTyped && parts.Count > 0)
        {
            parts.Add(Expression.AnyOf([.. types.Select(JsonText.OfType)]));
        }
        else if (isTyped || types is not null)
        {
            parts.Add(Expression.AnyOf([.. (types ?? Inferred(schema)).Select(type => OfType(schema, at, type))]));
        }

        return parts.Count == 0 ? throw Wrong(at, "it allows any value; give it a 'type'") : Together(parts, at);
    }

    // A property that each alternative requires as well, as the exporter of .NET writes for types with derived ones.
    private bool IsOfAlternatives(JsonProperty keyword, JsonElement schema) =>
        keyword.Name == "required"
        && keyword.Value.ValueKind == JsonValueKind.Array
        && schema.TryGetProperty("anyOf", out var alternatives)
        && keyword.Value.EnumerateArray().All(name => alternatives.EnumerateArray().All(one => Requires(Resolved(one), name)));

    private static bool Requires(JsonElement schema, JsonElement name) =>
        schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(one => one.ToString() == name.ToString());

    private IEnumerable<Expression> Alternatives(JsonElement schema, string at)
    {
        if (schema.TryGetProperty("anyOf", out var any))
        {
            yield return Expression.AnyOf([.. Schemas(any, at, "anyOf").Select(part => Read(part.Schema, part.At))]);
        }

        if (schema.TryGetProperty("oneOf", out var one))
        {
            var alternatives = Schemas(one, at, "oneOf").ToList();
            var read = Expression.AnyOf([.. alternatives.Select(part => Read(part.Schema, part.At))]);
            CheckDisjoint(alternatives, at);
            yield return read;
        }

        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var part in Schemas(all, at, "allOf"))
            {
                yield return Read(part.Schema, part.At);
            }
        }
    }

    private Expression OfType(JsonElement schema, string at, string type) =>
        type switch
        {
            "string" => String(schema, at),
            "number" or "integer" => Number(schema, at, type == "integer"),
            "boolean" => Expression.AnyOf(Expression.Literal("true"), Expression.Literal("false")),
            "null" => Expression.Literal("null"),
            "object" => Object(schema, at),
            _ => Array(schema, at),
        };

    private static Expression String(JsonElement schema, string at)
    {
        var parts = new List<Expression>();
        if (schema.TryGetProperty("pattern", out var pattern))
        {
            parts.Add(At(at, () => ConstraintPattern.Part(Text(pattern, at, "pattern"))));
        }

        if (schema.TryGetProperty(WholePattern, out var whole))
        {
            parts.Add(At(at, () => ConstraintPattern.Whole(Text(whole, at, WholePattern))));
            parts.Add(ConstraintPattern.Whole(BasicPlane));
        }

        if (schema.TryGetProperty("format", out var format))
        {
            var name = Text(format, at, "format");
            parts.Add(
                JsonFormats.Find(name)
                    ?? throw Wrong(
                        at,
                        $"the format '{name}' is not known; use one of {string.Join(", ", JsonFormats.Names)}, or a 'pattern'"
                    )
            );
        }

        var (least, most) = Counts(schema, at, "minLength", "maxLength");
        if (parts.Count == 0 || least > 0 || most is not null)
        {
            parts.Add(Expression.Anything.Times(least, most));
        }

        var content = Together(parts.ConvertAll(JsonText.Content), at);
        return Expression.Join(Expression.Literal("\""), content, Expression.Literal("\""));
    }

    private static Expression Number(JsonElement schema, string at, bool isWhole)
    {
        var (least, isAbove) = Bound(schema, at, "minimum", "exclusiveMinimum", isLower: true);
        var (most, isBelow) = Bound(schema, at, "maximum", "exclusiveMaximum", isLower: false);
        var number = new JsonNumber
        {
            Least = least,
            IsAboveLeast = isAbove,
            Most = most,
            IsBelowMost = isBelow,
        };
        if (schema.TryGetProperty("multipleOf", out var multiple))
        {
            number = number with { Decimals = Decimals(multiple, at) };
        }

        if (isWhole)
        {
            // What most readers take whole numbers for.
            number =
                least is null && most is null
                    ? number with
                    {
                        Decimals = 0,
                        Least = int.MinValue,
                        Most = int.MaxValue,
                    }
                    : number with
                    {
                        Decimals = 0,
                    };
        }

        return Together([number.ToExpression()], at, isChecked: least is not null || most is not null);
    }

    // Only powers of ten, which show in the digits.
    private static int Decimals(JsonElement multiple, string at)
    {
        var (step, decimals) = (Decimal(multiple, at, "multipleOf"), 0);
        while (step is > 0 and < 1)
        {
            (step, decimals) = (step * 10, decimals + 1);
        }

        return step == 1
            ? decimals
            : throw Wrong(
                at,
                $"'multipleOf' can be 1, 0.1, 0.01, … here, not {multiple.GetRawText()}; choose with 'enum' from a few numbers"
            );
    }

    private static (decimal? Bound, bool IsLeftOut) Bound(JsonElement schema, string at, string name, string exclusive, bool isLower)
    {
        decimal? bound = schema.TryGetProperty(name, out var element) ? Decimal(element, at, name) : null;
        decimal? outer = schema.TryGetProperty(exclusive, out element) ? Decimal(element, at, exclusive) : null;
        return outer is { } limit && (bound is not { } own || (isLower ? limit >= own : limit <= own)) ? (limit, true) : (bound, false);
    }

    private Expression Object(JsonElement schema, string at)
    {
        var required = schema.TryGetProperty("required", out var names)
            ? Elements(names, at, "required").Select(name => Text(name, at, "required")).ToHashSet(StringComparer.Ordinal)
            : [];
        var hasNames = schema.TryGetProperty("properties", out var properties);
        var others = schema.TryGetProperty("additionalProperties", out var additional) ? additional.ValueKind : JsonValueKind.Undefined;
        var items = new List<(Expression Property, bool IsRequired)>();
        if (hasNames)
        {
            if (properties.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(at, "'properties' is an object of schemas");
            }

            foreach (var property in properties.EnumerateObject())
            {
                var place = $"{at}/properties/{Escaped(property.Name)}";
                var value = Read(property.Value, place);
                items.Add((JsonText.Property(property.Name, value), required.Remove(property.Name)));
            }
        }

        if (required.Count > 0)
        {
            throw Wrong(at, $"'required' names '{required.First()}', which 'properties' does not describe");
        }

        if (items.Count > 0 || hasNames || others == JsonValueKind.False)
        {
            return JsonText.Object(items);
        }

        if (others != JsonValueKind.Object)
        {
            throw Wrong(at, "the object may have any properties; name them in 'properties', or give 'additionalProperties' a schema");
        }

        var name = schema.TryGetProperty("propertyNames", out var allowed)
            ? Together([Read(allowed, $"{at}/propertyNames"), JsonText.OfType("string")], $"{at}/propertyNames")
            : JsonText.String(Expression.Anything.Times(0, null));
        var entry = JsonText.Entry(name, Read(additional, $"{at}/additionalProperties"));
        return Expression.Join(
            Expression.Literal("{"),
            Expression.Join(entry, Expression.Join(JsonText.Comma, entry).Times(0, null)).Optional(),
            Expression.Literal("}")
        );
    }

    // A name in a JSON pointer (RFC 6901).
    private static string Escaped(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private Expression Array(JsonElement schema, string at)
    {
        var (least, most) = Counts(schema, at, "minItems", "maxItems");
        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind != JsonValueKind.False)
        {
            throw Wrong(at, "'uniqueItems' cannot be kept, because an automaton does not remember the items before");
        }

        var first = schema.TryGetProperty("prefixItems", out var prefix)
            ? Schemas(prefix, at, "prefixItems").Select(part => Read(part.Schema, part.At)).ToList()
            : [];
        var hasItems = schema.TryGetProperty("items", out var items) && items.ValueKind is not (JsonValueKind.False or JsonValueKind.True);
        if (!hasItems && first.Count == 0 && most != 0)
        {
            throw Wrong(at, "the array may have any items; give 'items' a schema");
        }

        if (!hasItems && least > first.Count)
        {
            throw Wrong(at, $"the array has at least {least} items, but only {first.Count} are described; give 'items' a schema");
        }

        // From the last item on: what may follow so many items.
        var rest = Expression.Nothing;
        if (hasItems && !(most <= first.Count))
        {
            var item = Read(items, $"{at}/items");
            var (fewest, highest) = (Math.Max(0, least - first.Count), most - first.Count);
            rest = first.Count > 0 ? Expression.Join(JsonText.Comma, item).Times(fewest, highest) : Separated(item, fewest, highest);
        }

        for (var index = Math.Min(first.Count, most ?? first.Count) - 1; index >= 0; index--)
        {
            var item = Expression.Join(index > 0 ? JsonText.Comma : Expression.Nothing, first[index], rest);
            rest = index < least ? item : item.Optional();
        }

        return Expression.Join(Expression.Literal("["), rest, Expression.Literal("]"));
    }

    private static Expression Separated(Expression item, int least, int? most)
    {
        var some = Expression.Join(item, Expression.Join(JsonText.Comma, item).Times(Math.Max(0, least - 1), most - 1));
        return least > 0 ? some : some.Optional();
    }

    private static Expression Constants(JsonElement schema, string at, IReadOnlyList<string>? types)
    {
        var lists = new List<Expression>();
        if (schema.TryGetProperty("enum", out var values))
        {
            lists.Add(OneOf(Elements(values, at, "enum")));
        }

        if (schema.TryGetProperty("const", out var value))
        {
            lists.Add(OneOf([value]));
        }

        return Together(lists, at);

        Expression OneOf(IEnumerable<JsonElement> constants)
        {
            Expression[] fitting =
            [
                .. constants.Where(constant => types is null || types.Any(type => IsOf(constant, type))).Select(JsonText.Constant),
            ];
            return fitting.Length > 0 ? Expression.AnyOf(fitting) : throw Wrong(at, "none of its values is of its 'type'");
        }
    }

    private static bool IsOf(JsonElement value, string type) =>
        type switch
        {
            "integer" => value.ValueKind == JsonValueKind.Number
                && value.TryGetDecimal(out var number)
                && number == decimal.Truncate(number),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
        };

    // All hold at once; where nothing is left, that is said of this place rather than of the whole.
    private static Expression Together(List<Expression> parts, string at, bool isChecked = false)
    {
        if (parts is [var only] && !isChecked)
        {
            return only;
        }

        var automaton = At(at, () => ByteAutomatonBuilder.Build(new Expression.All(parts)));
        return automaton.StateCount > 0
            ? new Expression.Built(automaton)
            : throw Wrong(at, "it allows no value, because what it asks for contradicts itself");
    }

    private static T At<T>(string at, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelGenException exception) when (!exception.Message.StartsWith(Place(""), StringComparison.Ordinal))
        {
            throw new ModelGenException($"{Place(at)}: {exception.Message}", exception);
        }
    }

    private static IReadOnlyList<string>? TypesOf(JsonElement schema, string at)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        string[] names =
            type.ValueKind == JsonValueKind.Array
                ? [.. Elements(type, at, "type").Select(name => Text(name, at, "type"))]
                : [Text(type, at, "type")];
        var unknown = names.FirstOrDefault(static name => !Types.Contains(name));
        return unknown is null ? names : throw Wrong(at, $"'{unknown}' is not a type; the types are {string.Join(", ", Types)}");
    }

    // A keyword of numbers without a type says nothing of other values, but no one writes it for these.
    private static IReadOnlyList<string> Inferred(JsonElement schema) =>
        [
            .. schema
                .EnumerateObject()
                .Where(static keyword => TypesOfKeywords.ContainsKey(keyword.Name))
                .Select(static keyword => TypesOfKeywords[keyword.Name][0])
                .Distinct(),
        ];

    private static void CheckKeywords(JsonElement schema, string at)
    {
        var types = TypesOf(schema, at);
        foreach (var keyword in schema.EnumerateObject())
        {
            if (TypesOfKeywords.TryGetValue(keyword.Name, out var applies))
            {
                if (types is not null && !types.Intersect(applies).Any())
                {
                    throw Wrong(at, $"'{keyword.Name}' has no effect on the type {string.Join(", ", types)}");
                }
            }
            else if (
                !GeneralKeywords.Contains(keyword.Name)
                && !Annotations.Contains(keyword.Name)
                && !keyword.Name.StartsWith("x-", StringComparison.Ordinal)
            )
            {
                throw Wrong(
                    at,
                    $"the keyword '{keyword.Name}' is unknown or cannot be kept; those that can are "
                        + string.Join(
                            ", ",
                            GeneralKeywords.Concat(TypesOfKeywords.Keys).Where(static name => name is not (WholePattern or "uniqueItems"))
                        )
                );
            }
        }
    }

    // Whether a value can be of two alternatives must show without looking at all values.
    private void CheckDisjoint(List<(JsonElement Schema, string At)> alternatives, string at)
    {
        for (var one = 0; one < alternatives.Count; one++)
        {
            for (var other = 0; other < one; other++)
            {
                if (!AreDisjoint(Resolved(alternatives[one].Schema), Resolved(alternatives[other].Schema)))
                {
                    throw Wrong(
                        at,
                        $"a value could be of the alternatives {other} and {one} of 'oneOf' at once; give them different types, or a "
                            + "required property with different constants, or use 'anyOf'"
                    );
                }
            }
        }
    }

    private bool AreDisjoint(JsonElement one, JsonElement other) =>
        !PossibleTypes(one).Intersect(PossibleTypes(other)).Any()
        || (ConstantsOf(one) is { } values && ConstantsOf(other) is { } others && !values.Intersect(others).Any())
        || (
            IsObject(one)
            && IsObject(other)
            && Discriminators(one)
                .Any(property => Discriminators(other).TryGetValue(property.Key, out var values) && !property.Value.Intersect(values).Any())
        );

    private JsonElement Resolved(JsonElement schema)
    {
        // A circle of references is found when they are read.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (
            schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference) && seen.Add(reference.ToString())
        )
        {
            schema = Resolve(reference.ToString());
        }

        return schema;
    }

    private static bool IsObject(JsonElement schema) => PossibleTypes(schema) is ["object"];

    // Whole numbers are numbers.
    private static IReadOnlyList<string> PossibleTypes(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type))
        {
            return [.. Types.Where(static name => name != "integer")];
        }

        var names =
            type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static name => name.GetString()) : [type.GetString()];
        return [.. names.Select(static name => name == "integer" ? "number" : name ?? "").Distinct()];
    }

    private static IReadOnlyList<string>? ConstantsOf(JsonElement schema) =>
        schema.ValueKind != JsonValueKind.Object ? null
        : schema.TryGetProperty("const", out var value) ? (value.ValueKind == JsonValueKind.String ? [value.GetString()!] : null)
        : schema.TryGetProperty("enum", out var values)
        && values.ValueKind == JsonValueKind.Array
        && values.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String)
            ? [.. values.EnumerateArray().Select(static item => item.GetString()!)]
        : null;

    // The required properties that are one of some texts.
    private static Dictionary<string, IReadOnlyList<string>> Discriminators(JsonElement schema)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (
            schema.TryGetProperty("properties", out var properties)
            && properties.ValueKind == JsonValueKind.Object
            && schema.TryGetProperty("required", out var required)
            && required.ValueKind == JsonValueKind.Array
        )
        {
            foreach (var name in required.EnumerateArray().Select(static name => name.GetString() ?? ""))
            {
                if (properties.TryGetProperty(name, out var property) && ConstantsOf(property) is { } values)
                {
                    found[name] = values;
                }
            }
        }

        return found;
    }

    private static IEnumerable<(JsonElement Schema, string At)> Schemas(JsonElement list, string at, string keyword) =>
        Elements(list, at, keyword)
            .Select((schema, index) => (schema, string.Create(CultureInfo.InvariantCulture, $"{at}/{keyword}/{index}")));

    private static IReadOnlyList<JsonElement> Elements(JsonElement list, string at, string keyword) =>
        list.ValueKind == JsonValueKind.Array && (list.GetArrayLength() > 0 || keyword == "required")
            ? [.. list.EnumerateArray()]
            : throw Wrong(at, $"'{keyword}' must be a list with at least one item");

    private static string Text(JsonElement element, string at, string keyword) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong(at, $"'{keyword}' must be a string");

    private static decimal Decimal(JsonElement element, string at, string keyword) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDecimal(out var number)
            ? number
            : throw Wrong(at, $"'{keyword}' must be a number of at most 28 digits");

    private static (int Least, int? Most) Counts(JsonElement schema, string at, string lower, string upper)
    {
        var least = schema.TryGetProperty(lower, out var element) ? Count(element, lower) : 0;
        int? most = schema.TryGetProperty(upper, out element) ? Count(element, upper) : null;
        return most < least ? throw Wrong(at, $"'{lower}' is {least}, but '{upper}' is {most}") : (least, most);

        int Count(JsonElement number, string keyword) =>
            number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var count) && count >= 0
                ? count
                : throw Wrong(at, $"'{keyword}' must be a whole number from 0 on");
    }

    private static string Place(string at) => $"The JSON schema, at {at}";

    private static ModelGenException Wrong(string at, string problem) => new($"{Place(at)}: {problem}.");
}
