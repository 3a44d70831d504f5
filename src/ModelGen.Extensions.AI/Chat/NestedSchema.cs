using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Chat;

/// <summary>JSON schemas that become parts of others.</summary>
internal static class NestedSchema
{
    /// <summary>A schema as part of another: what it refers to in itself is found from the root of the other.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="path">Where it stands in the other, as a JSON pointer.</param>
    public static JsonNode At(JsonElement schema, string path)
    {
        var node = JsonNode.Parse(schema.GetRawText())!;
        if (node is JsonObject root)
        {
            root.Remove("$schema");
            Move(root, path);
        }

        return node;
    }

    private static void Move(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject schema:
                if (schema["$ref"] is JsonValue value && value.TryGetValue<string>(out var target) && target.StartsWith('#'))
                {
                    schema["$ref"] = $"#{path}{target[1..]}";

                    // AIJsonUtilities writes it beside references to arrays; it says nothing.
                    if (schema["items"] is JsonObject { Count: 0 })
                    {
                        schema.Remove("items");
                    }
                }

                foreach (var (key, part) in schema)
                {
                    MovePart(key, part, path);
                }

                break;
            case JsonArray parts:
                foreach (var part in parts)
                {
                    Move(part, path);
                }

                break;
        }
    }

    private static void MovePart(string key, JsonNode? part, string path)
    {
        switch (key)
        {
            // Values, in which nothing refers to anything.
            case "const" or "enum" or "default" or "examples":
                break;

            // Schemas by names, which may be those of keywords.
            case "properties"
            or "patternProperties"
            or "$defs"
            or "definitions"
            or "dependentSchemas" when part is JsonObject named:
                foreach (var (_, schema) in named)
                {
                    Move(schema, path);
                }

                break;
            default:
                Move(part, path);
                break;
        }
    }
}
