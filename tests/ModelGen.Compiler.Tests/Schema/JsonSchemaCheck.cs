using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests.Language;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>Checks a value against the part of JSON Schema draft 7 that the schema uses; an unknown keyword is an error.</summary>
internal static class JsonSchemaCheck
{
    /// <summary>Whether <paramref name="value"/> is as <paramref name="schema"/> says.</summary>
    public static bool Allows(JsonObject root, JsonNode schema, JsonNode? value) =>
        schema
            .AsObject()
            .All(keyword =>
                keyword.Key switch
                {
                    "$schema" or "$defs" or "title" or "description" or "default" => true,
                    "$ref" => Allows(root, Find(root, (string)keyword.Value!), value),
                    "anyOf" => keyword.Value!.AsArray().Any(one => Allows(root, one!, value)),
                    "oneOf" => keyword.Value!.AsArray().Count(one => Allows(root, one!, value)) == 1,
                    "allOf" => keyword.Value!.AsArray().All(one => Allows(root, one!, value)),
                    "const" => JsonNode.DeepEquals(keyword.Value, value),
                    "enum" => keyword.Value!.AsArray().Any(one => JsonNode.DeepEquals(one, value)),
                    "type" => keyword.Value is JsonArray types
                        ? types.Any(type => IsOf((string)type!, value))
                        : IsOf((string)keyword.Value!, value),
                    "pattern" => value is not JsonValue text
                        || !text.TryGetValue<string>(out var written)
                        || Regex.IsMatch(written, (string)keyword.Value!),
                    "minimum" => Number(value) is not { } number || number >= (double)keyword.Value!,
                    "maximum" => Number(value) is not { } number || number <= (double)keyword.Value!,
                    "exclusiveMinimum" => Number(value) is not { } number || number > (double)keyword.Value!,
                    "exclusiveMaximum" => Number(value) is not { } number || number < (double)keyword.Value!,
                    "minLength" => value is not JsonValue text
                        || !text.TryGetValue<string>(out var characters)
                        || characters.Length >= (int)keyword.Value!,
                    "minItems" => value is not JsonArray items || items.Count >= (int)keyword.Value!,
                    "maxItems" => value is not JsonArray items || items.Count <= (int)keyword.Value!,
                    "uniqueItems" => value is not JsonArray items
                        || items.Select(static item => item?.ToJsonString()).Distinct().Count() == items.Count,
                    "items" => value is not JsonArray items || items.All(item => Allows(root, keyword.Value!, item)),
                    "required" => value is not JsonObject map || keyword.Value!.AsArray().All(key => map.ContainsKey((string)key!)),
                    "properties" => value is not JsonObject map
                        || keyword
                            .Value!.AsObject()
                            .All(key => !map.TryGetPropertyValue(key.Key, out var own) || Allows(root, key.Value!, own)),
                    "additionalProperties" => value is not JsonObject map
                        || map.Where(key => schema["properties"]?[key.Key] is null)
                            .All(key => keyword.Value is JsonObject rest ? Allows(root, rest, key.Value) : (bool)keyword.Value!),
                    "maxProperties" => value is not JsonObject map || map.Count <= (int)keyword.Value!,
                    "minProperties" => value is not JsonObject map || map.Count >= (int)keyword.Value!,
                    _ => throw new NotSupportedException(keyword.Key),
                }
            );

    /// <summary>A spec as editors see it: numbers, flags and nothing told apart from text by how they are written.</summary>
    public static JsonNode? Json(SpecText text) =>
        text switch
        {
            SpecText.Group group => new JsonObject(group.Keys.Select(key => KeyValuePair.Create(key.Name, Json(key.Value)))),
            SpecText.Items items => new JsonArray([.. items.Values.Select(Json)]),
            SpecText.Word { Text: "" } => null,
            SpecText.Word { Text: "true" or "false" } flag => flag.Text == "true",
            SpecText.Word word when double.TryParse(word.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            SpecText.Word word => word.Text.Trim('\''),
            _ => throw new NotSupportedException(),
        };

    private static JsonNode Find(JsonObject root, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode)root, (node, name) => node[name]!);

    private static bool IsOf(string type, JsonNode? value) =>
        type switch
        {
            "null" => value is null,
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value is JsonValue text && text.TryGetValue<string>(out _),
            "boolean" => value is JsonValue flag && flag.TryGetValue<bool>(out _),
            "number" => Number(value) is not null,
            "integer" => Number(value) is { } number && Math.Floor(number) == number,
            _ => throw new NotSupportedException(type),
        };

    private static double? Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var found) ? found : null;
}
