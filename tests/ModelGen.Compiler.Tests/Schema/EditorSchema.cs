using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>A schema as an editor applies it, by an independent validator.</summary>
/// <param name="text">The schema.</param>
internal sealed class EditorSchema(string text)
{
    private readonly JsonSchema _schema = JsonSchema.FromText(text);

    public static EditorSchema Models { get; } = new(ModelGen.Compiler.Schema.JsonSchema.Write());

    public static EditorSchema Recipes { get; } = new(ModelGen.Compiler.Schema.JsonSchema.WriteRecipes());

    /// <summary>Parts of models, as pages show them: keys of some family, of which none is required.</summary>
    public static EditorSchema Parts { get; } = new(WithoutRequired(ModelGen.Compiler.Schema.JsonSchema.Write(), "allOf"));

    /// <summary>The same of recipes.</summary>
    public static EditorSchema RecipeParts { get; } = new(WithoutRequired(ModelGen.Compiler.Schema.JsonSchema.WriteRecipes(), "anyOf"));

    /// <summary>Whether nothing in a YAML file is red.</summary>
    public bool Allows(string yaml) => AllowsJson(EditorJson.Of(yaml)?.ToJsonString() ?? "null");

    /// <summary>Whether a JSON value is valid.</summary>
    public bool AllowsJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return _schema.Evaluate(document.RootElement).IsValid;
    }

    /// <summary>What is red, for messages.</summary>
    public string Problems(string yaml)
    {
        using var document = JsonDocument.Parse(EditorJson.Of(yaml)?.ToJsonString() ?? "null");
        var results = _schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return string.Join(
            '\n',
            (results.Details ?? [])
                .Where(static detail => detail.Errors is { Count: > 0 })
                .Select(static detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}")
                .Distinct()
        );
    }

    private static string WithoutRequired(string schema, string families)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        Remove(root);
        var alternatives = root[families]!.AsArray().Select(static family => (family!["then"] ?? family).DeepClone()).ToArray();
        root.Remove(families);
        root["anyOf"] = new JsonArray(alternatives);
        return root.ToJsonString();
    }

    private static void Remove(JsonNode? node)
    {
        foreach (var item in node as JsonArray ?? [])
        {
            Remove(item);
        }

        foreach (var (key, value) in (node as JsonObject ?? []).ToList())
        {
            if (key == "required" && value is JsonArray)
            {
                node!.AsObject().Remove(key);
            }
            else if (key != "if")
            {
                Remove(value);
            }
        }
    }
}
