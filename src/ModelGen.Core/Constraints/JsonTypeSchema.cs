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
        [typeof(Int128)] = (decimal.MinValue, decimal.MaxValue),
        [typeof(UInt128)] = (0, decimal.MaxValue),
    };

    // What is a text in JSON, but not any.
    private static readonly Dictionary<Type, string> TextPatterns = new()
    {
        [typeof(char)] = "[\\u0000-\\uD7FF\\uE000-\\uFFFF]",
        [typeof(byte[])] = JsonFormats.Base64,
        [typeof(Memory<byte>)] = JsonFormats.Base64,
        [typeof(ReadOnlyMemory<byte>)] = JsonFormats.Base64,
        [typeof(TimeSpan)] = JsonFormats.TimeSpan,
        [typeof(TimeOnly)] = JsonFormats.TimeOfDay,
        [typeof(Version)] = "[0-9]{1,6}([.][0-9]{1,6}){1,3}",
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
        catch (Exception exception)
            when (exception
                    is ModelGenException
                        or NotSupportedException
                        or InvalidOperationException
                        or ArgumentException
                        or FormatException
                        or OverflowException
                        or InvalidCastException
            )
        {
            throw new ModelGenException($"{type.Type} cannot constrain a text. {exception.Message}", exception);
        }
    }

    /// <summary>Makes a schema say what it leaves open of a type: the bounds of integers, and how texts look.</summary>
    /// <param name="node">The schema of the type, as the serializer exports it.</param>
    /// <param name="described">The type.</param>
    /// <param name="options">How the serializer writes.</param>
    public static void Narrow(JsonObject node, Type described, JsonSerializerOptions options)
    {
        var type = Nullable.GetUnderlyingType(described) ?? described;
        if (WholeNumbers.TryGetValue(type, out var bounds))
        {
            SetType(node, "integer");
            Bound(node, bounds.Least, isExclusive: false, isLower: true);
            Bound(node, bounds.Most, isExclusive: false, isLower: false);
        }
        else if (type == typeof(float) || type == typeof(double) || type == typeof(decimal))
        {
            SetType(node, "number");
        }
        else if (type == typeof(Half))
        {
            SetType(node, "number");
            Bound(node, (decimal)(float)Half.MinValue, isExclusive: false, isLower: true);
            Bound(node, (decimal)(float)Half.MaxValue, isExclusive: false, isLower: false);
        }
        else if (TextPatterns.TryGetValue(type, out var pattern))
        {
            if (type == typeof(byte[]) && (node.ContainsKey("minLength") || node.ContainsKey("maxLength")))
            {
                throw new NotSupportedException("The length of bytes that are written as base 64 cannot be kept; leave it out.");
            }

            SetType(node, "string");
            node[JsonSchemaReader.WholePattern] = pattern;
        }
        else if (type.IsEnum && !node.ContainsKey("enum"))
        {
            // Numbers beyond the names are read, too, but mean nothing.
            var values = new JsonArray([
                .. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, type, options)),
            ]);
            if (IsOf(node, "null"))
            {
                values.Add(null);
            }

            node.Remove("type");
            node["enum"] = values;
        }
        else if (KeyOf(type) is { } key && key != typeof(string) && node.ContainsKey("additionalProperties"))
        {
            node["propertyNames"] = Names(key, options);
        }
    }

    // The type of a dictionary's keys.
    private static Type? KeyOf(Type type) =>
        type.GetInterfaces()
            .Append(type)
            .Where(static each => each.IsGenericType)
            .Where(static each =>
                each.GetGenericTypeDefinition() == typeof(IDictionary<,>)
                || each.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            )
            .Select(static each => each.GetGenericArguments()[0])
            .FirstOrDefault();

    // Keys are texts, in which a number's digits are limited rather than bounded.
    private static JsonObject Names(Type key, JsonSerializerOptions options)
    {
        var names = new JsonObject();
        if (WholeNumbers.TryGetValue(key, out var bounds))
        {
            var digits = bounds.Most.ToString(CultureInfo.InvariantCulture).Length - 2;
            names["type"] = "string";
            names["pattern"] = $"^(0|{(bounds.Least < 0 ? "-?" : "")}[1-9][0-9]{{0,{digits}}})$";
        }
        else if (key.IsEnum)
        {
            names["type"] = "string";
            names["enum"] = new JsonArray([.. Enum.GetNames(key).Select(static name => JsonValue.Create(name))]);
        }
        else if (key == typeof(Guid))
        {
            (names["type"], names["format"]) = ("string", "uuid");
        }
        else
        {
            throw new NotSupportedException($"A dictionary's keys of the type {key} cannot be kept; use texts, whole numbers or names.");
        }

        return names;
    }

    private static JsonNode Refine(JsonSchemaExporterContext context, JsonNode schema)
    {
        Refuse(context.TypeInfo);
        if (schema is not JsonObject node)
        {
            return schema;
        }

        var options = context.TypeInfo.Options;
        var attributes = Attributes(context).ToList();
        attributes.ForEach(attribute => Apply(node, attribute, options));
        Narrow(node, context.TypeInfo.Type, options);
        if (context.TypeInfo.Type == typeof(string) && (node.ContainsKey("minLength") || node.ContainsKey("maxLength")))
        {
            // .NET counts in UTF-16.
            node[JsonSchemaReader.WholePattern] ??= JsonSchemaReader.BasicPlane;
        }

        if (node["properties"] is JsonObject properties)
        {
            // What is left out has no attribute that would be kept.
            node["required"] = new JsonArray([.. properties.Select(static property => JsonValue.Create(property.Key))]);
        }

        return node;
    }

    // What the serializer writes, but does not read.
    private static void Refuse(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && type.Type.IsAbstract && type.PolymorphismOptions is null)
        {
            throw new NotSupportedException(
                $"{type.Type} is abstract, so that nothing of it can be read; name another type, or its derived ones by [JsonDerivedType]."
            );
        }

        if (type.Type.IsGenericType && type.Type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal))
        {
            throw new NotSupportedException("System.Text.Json does not read the fields of a tuple; use a record.");
        }

        if (type.Type == typeof(object) || type.Type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type.Type))
        {
            throw new NotSupportedException($"Any JSON can be read as a {type.Type}; give the member a type of its own.");
        }
    }

    // Those of a property, and of the parameter of a record's constructor that sets it.
    private static IEnumerable<Attribute> Attributes(JsonSchemaExporterContext context) =>
        context.PropertyInfo is not { } property
            ? []
            : new[] { property.AttributeProvider, property.AssociatedParameter?.AttributeProvider }
                .OfType<ICustomAttributeProvider>()
                .SelectMany(static provider => provider.GetCustomAttributes(inherit: true))
                .OfType<Attribute>();

    private static void Apply(JsonObject node, Attribute attribute, JsonSerializerOptions options)
    {
        switch (attribute)
        {
            case RangeAttribute range:
                Bound(node, Number(range.Minimum), range.MinimumIsExclusive, isLower: true);
                Bound(node, Number(range.Maximum), range.MaximumIsExclusive, isLower: false);
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
                node[JsonSchemaReader.WholePattern] = expression.Pattern;
                break;
            case RequiredAttribute required:
                Require(node, required);
                break;
            case EmailAddressAttribute:
                node["format"] = "email";
                break;
            case UrlAttribute:
                node["format"] = "uri";
                break;
            case AllowedValuesAttribute allowed:
                node["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value, options))]);
                break;
            case ValidationAttribute other when other.GetType() != typeof(DataTypeAttribute):
                throw new NotSupportedException($"[{other.GetType().Name}] cannot be kept; leave it out, or use [RegularExpression].");
        }
    }

    private static void Require(JsonObject node, RequiredAttribute required)
    {
        if (node["type"] is JsonArray types)
        {
            node["type"] = new JsonArray([.. types.Where(static one => (string?)one != "null").Select(static one => one!.DeepClone())]);
        }

        if (IsOf(node, "string") && !required.AllowEmptyStrings)
        {
            node["allOf"] = new JsonArray(new JsonObject { ["type"] = "string", ["pattern"] = "\\S" });
        }
    }

    // Null for a bound that no number of ours reaches.
    private static decimal? Number(object value) =>
        value switch
        {
            double number => Math.Abs(number) < (double)decimal.MaxValue ? (decimal)number : null,
            int number => number,
            _ => throw new NotSupportedException($"A [Range] of {value.GetType()} cannot be kept; give numbers, as int or double."),
        };

    // The tighter one of what there is and this.
    private static void Bound(JsonObject node, decimal? value, bool isExclusive, bool isLower)
    {
        var (keyword, exclusive) = isLower ? ("minimum", "exclusiveMinimum") : ("maximum", "exclusiveMaximum");
        decimal? own = decimal.TryParse(
            (node[keyword] ?? node[exclusive])?.ToJsonString(),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var parsed
        )
            ? parsed
            : null;
        if (value is not { } bound || (own is { } there && (isLower ? there > bound : there < bound)))
        {
            return;
        }

        node.Remove(isExclusive ? keyword : exclusive);
        node[isExclusive ? exclusive : keyword] = bound;
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
    private static void SetType(JsonObject node, string name)
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
