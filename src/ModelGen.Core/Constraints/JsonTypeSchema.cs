using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace ModelGen.Constraints;

/// <summary>Describes the JSON of which a value of a type can be read.</summary>
internal static class JsonTypeSchema
{
    // The whole numbers that .NET's serializer writes, with their bounds.
    private static readonly Dictionary<Type, (decimal Least, decimal Most)> WholeNumbers = new()
    {
        [typeof(sbyte)] = (sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = (byte.MinValue, byte.MaxValue),
        [typeof(short)] = (short.MinValue, short.MaxValue),
        [typeof(ushort)] = (ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(uint)] = (uint.MinValue, uint.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(ulong)] = (ulong.MinValue, ulong.MaxValue),
    };

    // What is a text in JSON, but not any.
    private static readonly Dictionary<Type, string> TextPatterns = new()
    {
        [typeof(char)] = "^[\\u0000-\\uD7FF\\uE000-\\uFFFF]$",
        [typeof(byte[])] = $"^{JsonFormats.Base64}$",
        [typeof(Memory<byte>)] = $"^{JsonFormats.Base64}$",
        [typeof(ReadOnlyMemory<byte>)] = $"^{JsonFormats.Base64}$",
        [typeof(TimeSpan)] = $"^{JsonFormats.TimeSpan}$",
        [typeof(TimeOnly)] = $"^{JsonFormats.TimeOfDay}$",
        [typeof(Version)] = "^[0-9]{1,6}([.][0-9]{1,6}){1,3}$",
    };

    /// <summary>The JSON that is read as a value of a type.</summary>
    /// <exception cref="ModelGenException">The type cannot be described.</exception>
    public static Expression Read(JsonTypeInfo type)
    {
        try
        {
            var schema = type.GetJsonSchemaAsNode(
                new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Refine }
            );
            return JsonSchemaReader.Read(schema.ToJsonString());
        }
        catch (Exception exception) when (exception is ModelGenException or NotSupportedException or InvalidOperationException)
        {
            throw new ModelGenException($"{type.Type} cannot constrain a text. {exception.Message}", exception);
        }
    }

    /// <summary>Makes a schema say what it leaves open of a type: the bounds of integers, and how texts look.</summary>
    /// <param name="node">The schema of the type, as the serializer exports it.</param>
    /// <param name="described">The type.</param>
    public static void Narrow(JsonObject node, Type described)
    {
        var type = Nullable.GetUnderlyingType(described) ?? described;
        if (WholeNumbers.TryGetValue(type, out var bounds))
        {
            Type(node, "integer");
            if (!node.ContainsKey("minimum") && !node.ContainsKey("exclusiveMinimum"))
            {
                node["minimum"] = bounds.Least;
            }

            if (!node.ContainsKey("maximum") && !node.ContainsKey("exclusiveMaximum"))
            {
                node["maximum"] = bounds.Most;
            }
        }
        else if (type == typeof(float) || type == typeof(double) || type == typeof(decimal))
        {
            Type(node, "number");
        }
        else if (TextPatterns.TryGetValue(type, out var pattern))
        {
            Type(node, "string");
            node["pattern"] = pattern;
        }
        else if (type.IsEnum && node["enum"] is null && IsOf(node, "integer"))
        {
            // Values beyond the names are read, too, but mean nothing.
            var values = new JsonArray([
                .. System
                    .Enum.GetValuesAsUnderlyingType(type)
                    .Cast<object>()
                    .Select(static value => JsonValue.Create(Convert.ToDecimal(value, CultureInfo.InvariantCulture))),
            ]);
            if (IsOf(node, "null"))
            {
                values.Add(null);
            }

            node.Remove("type");
            node["enum"] = values;
        }
    }

    private static JsonNode Refine(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject node)
        {
            return schema;
        }

        Narrow(node, context.TypeInfo.Type);
        foreach (var attribute in Attributes(context))
        {
            Apply(node, attribute);
        }

        return node;
    }

    // Those of a property, and of the parameter of a record's constructor that sets it.
    private static IEnumerable<Attribute> Attributes(JsonSchemaExporterContext context) =>
        context.PropertyInfo is not { } property
            ? []
            : new[] { property.AttributeProvider, property.AssociatedParameter?.AttributeProvider }
                .OfType<ICustomAttributeProvider>()
                .SelectMany(static provider => provider.GetCustomAttributes(inherit: true))
                .OfType<Attribute>();

    private static void Apply(JsonObject node, Attribute attribute)
    {
        switch (attribute)
        {
            case RangeAttribute range:
                Bound(node, "minimum", range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum", range.Minimum);
                Bound(node, "maximum", range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum", range.Maximum);
                break;
            case StringLengthAttribute length:
                Counts(node, length.MinimumLength, length.MaximumLength);
                break;
            case LengthAttribute length:
                Counts(node, length.MinimumLength, length.MaximumLength);
                break;
            case MinLengthAttribute length:
                Counts(node, length.Length, null);
                break;
            case MaxLengthAttribute { Length: >= 0 } length:
                Counts(node, null, length.Length);
                break;
            case RegularExpressionAttribute expression:
                node["pattern"] = Whole(expression.Pattern);
                break;
            case AllowedValuesAttribute allowed:
                node["enum"] = new JsonArray([.. allowed.Values.Select(static value => JsonSerializer.SerializeToNode(value))]);
                break;
        }
    }

    // The attribute asks for the whole text anyway.
    private static string Whole(string pattern)
    {
        var start = pattern.StartsWith('^') ? 1 : 0;
        var end = pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal) ? pattern.Length - 1 : pattern.Length;
        return $"^(?:{pattern[start..Math.Max(start, end)]})$";
    }

    private static void Bound(JsonObject node, string replaced, string keyword, object value)
    {
        node.Remove(replaced);
        node[keyword] = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
    }

    private static void Counts(JsonObject node, int? least, int? most)
    {
        var what = IsOf(node, "array") ? "Items" : "Length";
        if (least is { } fewest)
        {
            node[$"min{what}"] = fewest;
        }

        if (most is { } highest)
        {
            node[$"max{what}"] = highest;
        }
    }

    // Other ways of writing a value, such as a number in quotes, go.
    private static void Type(JsonObject node, string name)
    {
        var isNullable = IsOf(node, "null");
        foreach (var keyword in new[] { "pattern", "format", "minLength", "maxLength" })
        {
            node.Remove(keyword);
        }

        node["type"] = isNullable ? new JsonArray(name, "null") : name;
    }

    private static bool IsOf(JsonObject node, string type) =>
        node["type"] switch
        {
            JsonArray types => types.Any(one => (string?)one == type),
            JsonValue one => (string?)one == type,
            _ => false,
        };
}
