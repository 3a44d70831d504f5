using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelGen.Constraints;

namespace ModelGen.Chat;

/// <summary>The functions that a request lets the model call: how the prompt tells of them, and the form of a call.</summary>
internal sealed class OfferedFunctions
{
    private const string Name = "name";
    private const string Arguments = "arguments";
    private const string Wording =
        $$"""You can call these functions. To call one, answer with {"{{Name}}": its name, "{{Arguments}}": what it takes} alone.""";

    private readonly IReadOnlyList<AIFunctionDeclaration> _functions;

    private OfferedFunctions(IReadOnlyList<AIFunctionDeclaration> functions) => _functions = functions;

    /// <summary>What the prompt says of them.</summary>
    public string Description =>
        string.Join(
            '\n',
            _functions
                .Select(static function =>
                    PromptJson.Write(
                        new JsonObject
                        {
                            [Name] = function.Name,
                            ["description"] = function.Description,
                            ["parameters"] = JsonNode.Parse(function.JsonSchema.GetRawText()),
                        }
                    )
                )
                .Prepend(Wording)
        );

    /// <summary>The functions of a request; null if it offers none.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    /// <exception cref="NotSupportedException">A tool is not a function.</exception>
    public static OfferedFunctions? Of(IEnumerable<AITool> tools)
    {
        var functions = new List<AIFunctionDeclaration>();
        foreach (var tool in tools)
        {
            if (tool is not AIFunctionDeclaration function)
            {
                throw new NotSupportedException(
                    $"The tool '{tool.Name}' is a {tool.GetType().Name}; the model can call functions alone, as of "
                        + "AIFunctionFactory.Create."
                );
            }

            if (functions.Exists(other => other.Name == function.Name))
            {
                throw new ArgumentException($"Two tools have the name '{function.Name}'; give each its own.", nameof(tools));
            }

            functions.Add(function);
        }

        return functions.Count > 0 ? new OfferedFunctions(functions) : null;
    }

    /// <summary>The schema of a call.</summary>
    /// <param name="required">The function to be called; any if null.</param>
    /// <param name="other">The schema of an answer that is no call; null if there is none.</param>
    /// <exception cref="ArgumentException">There is no such function.</exception>
    public JsonNode CallSchema(string? required, JsonElement? other = null)
    {
        var functions = required is null ? _functions : [.. _functions.Where(function => function.Name == required)];
        if (functions.Count == 0)
        {
            throw new ArgumentException(
                $"The tool mode requires '{required}', which is not among the tools ({string.Join(", ", _functions.Select(Quoted))})."
            );
        }

        if (functions.Count == 1 && other is null)
        {
            return Call(functions[0], "");
        }

        var alternatives = new JsonArray();
        foreach (var function in functions)
        {
            alternatives.Add(Call(function, $"/anyOf/{alternatives.Count}"));
        }

        if (other is { } schema)
        {
            alternatives.Add(NestedSchema.At(schema, $"/anyOf/{alternatives.Count}"));
        }

        return new JsonObject { ["anyOf"] = alternatives };
    }

    /// <summary>The call that an answer is; null if it is something else.</summary>
    /// <param name="answer">JSON.</param>
    public FunctionCallContent? Read(JsonElement answer)
    {
        var isCall =
            answer.ValueKind == JsonValueKind.Object
            && answer.GetPropertyCount() == 2
            && answer.TryGetProperty(Name, out var name)
            && name.ValueKind == JsonValueKind.String
            && _functions.Any(function => name.ValueEquals(function.Name))
            && answer.TryGetProperty(Arguments, out var arguments)
            && arguments.ValueKind == JsonValueKind.Object;
        return isCall
            ? new FunctionCallContent(
                $"call_{Guid.NewGuid():N}",
                answer.GetProperty(Name).GetString()!,
                Values(answer.GetProperty(Arguments))
            )
            : null;
    }

    // A name that comes twice has its last value, as in JSON it usually does.
    private static Dictionary<string, object?> Values(JsonElement arguments)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var argument in arguments.EnumerateObject())
        {
            values[argument.Name] = argument.Value.Clone();
        }

        return values;
    }

    /// <summary>A call as the model writes it.</summary>
    public static string Write(FunctionCallContent call) =>
        PromptJson.Write(
            new JsonObject
            {
                [Name] = call.Name,
                [Arguments] = new JsonObject(
                    (call.Arguments ?? new Dictionary<string, object?>()).Select(static argument =>
                        KeyValuePair.Create(argument.Key, JsonNode.Parse(PromptJson.Write(argument.Value)))
                    )
                ),
            }
        );

    private static JsonObject Call(AIFunctionDeclaration function, string path) =>
        new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                [Name] = new JsonObject { ["const"] = function.Name },
                [Arguments] = Parameters(function, $"{path}/properties/{Arguments}"),
            },
            ["required"] = new JsonArray(Name, Arguments),
            ["additionalProperties"] = false,
        };

    // What the schema leaves open, the method of a function does not.
    private static JsonNode Parameters(AIFunctionDeclaration function, string path)
    {
        var schema = NestedSchema.At(function.JsonSchema, path);
        if (function is not AIFunction { UnderlyingMethod: { } method } own || schema["properties"] is not JsonObject properties)
        {
            return schema;
        }

        // The whole schema anew, where it is the one that the method has by itself.
        if (JsonNode.DeepEquals(Exported(method, own.JsonSerializerOptions, narrows: false), JsonNode.Parse(own.JsonSchema.GetRawText())))
        {
            var narrowed = Exported(method, own.JsonSerializerOptions, narrows: true);
            return NestedSchema.At(JsonSerializer.SerializeToElement(narrowed), path);
        }

        foreach (var parameter in method.GetParameters())
        {
            if (properties[parameter.Name ?? ""] is JsonObject node)
            {
                JsonTypeSchema.Narrow(node, parameter.ParameterType, own.JsonSerializerOptions);
            }
        }

        return schema;
    }

    private static JsonNode? Exported(MethodInfo method, JsonSerializerOptions options, bool narrows) =>
        JsonNode.Parse(
            AIJsonUtilities
                .CreateFunctionJsonSchema(
                    method,
                    title: "",
                    description: "",
                    options,
                    new AIJsonSchemaCreateOptions
                    {
                        TransformSchemaNode = (context, node) =>
                        {
                            if (narrows && node is JsonObject schema)
                            {
                                JsonTypeSchema.Narrow(schema, context.TypeInfo.Type, options);
                            }

                            return node;
                        },
                    }
                )
                .GetRawText()
        );

    private static string Quoted(AIFunctionDeclaration function) => $"'{function.Name}'";
}
