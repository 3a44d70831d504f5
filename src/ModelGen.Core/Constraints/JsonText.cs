using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>How JSON is written under a constraint: one way for each value, except for a space after ':' and ','.</summary>
internal static class JsonText
{
    /// <summary>Between two items.</summary>
    public static readonly Expression Comma = Expression.Join(Expression.Literal(","), Expression.Literal(" ").Optional());

    private const char FirstUnescaped = ' ';

    private static readonly Expression Quote = Expression.Literal("\"");
    private static readonly Expression Colon = Expression.Join(Expression.Literal(":"), Expression.Literal(" ").Optional());

    private static readonly ConditionalWeakTable<CharacterRanges, Expression> KnownCharacters = [];

    // What a text in quotes has as it is.
    private static readonly CharacterRanges Unescaped = CharacterRanges.Of([
        (FirstUnescaped, '"' - 1),
        ('"' + 1, '\\' - 1),
        ('\\' + 1, 0x10FFFF),
    ]);

    /// <summary>A string.</summary>
    /// <param name="content">What it says.</param>
    public static Expression String(Expression content) => Expression.Join(Quote, Content(content), Quote);

    /// <summary>What stands between the quotes of a string.</summary>
    /// <param name="content">What it says.</param>
    public static Expression Content(Expression content) =>
        content.Replace(static characters => KnownCharacters.GetValue(characters, Escaped));

    /// <summary>A property.</summary>
    public static Expression Property(string name, Expression value) => Entry(String(Expression.Literal(name)), value);

    /// <summary>A property.</summary>
    /// <param name="name">Its name, in quotes.</param>
    /// <param name="value">Its value.</param>
    public static Expression Entry(Expression name, Expression value) => Expression.Join(name, Colon, value);

    /// <summary>An object.</summary>
    /// <param name="properties">Its properties, in their order.</param>
    public static Expression Object(IReadOnlyList<(Expression Property, bool IsRequired)> properties) =>
        Expression.Join(Expression.Literal("{"), new Expression.Listing(properties, Comma), Expression.Literal("}"));

    /// <summary>What a value of a type can look like, by its first character, and more.</summary>
    public static Expression OfType(string type) =>
        type switch
        {
            "integer" => Expression.Among("-0123456789").Times(1, null),
            _ => Expression.Join(
                Expression.Among(
                    type switch
                    {
                        "string" => "\"",
                        "object" => "{",
                        "array" => "[",
                        "boolean" => "tf",
                        "null" => "n",
                        _ => "-0123456789",
                    }
                ),
                Expression.Anything.Times(0, null)
            ),
        };

    /// <summary>A certain value.</summary>
    public static Expression Constant(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => String(Expression.Literal(value.GetString()!)),
            JsonValueKind.Object => Object([
                .. value.EnumerateObject().Select(static property => (Property(property.Name, Constant(property.Value)), true)),
            ]),
            JsonValueKind.Array => Expression.Join(
                Expression.Literal("["),
                new Expression.Listing([.. value.EnumerateArray().Select(static item => (Constant(item), true))], Comma),
                Expression.Literal("]")
            ),
            JsonValueKind.Number when value.TryGetDecimal(out var number) => Expression.Literal(
                (number / 1.000000000000000000000000000m).ToString(CultureInfo.InvariantCulture)
            ),
            _ => Expression.Literal(value.GetRawText()),
        };

    private static Expression Escaped(CharacterRanges characters)
    {
        var escapes = new List<Expression> { new Expression.OneOf(characters.Intersect(Unescaped)) };
        for (var value = 0; value <= '\\'; value++)
        {
            if ((value is < FirstUnescaped or '"' or '\\') && characters.Contains(value))
            {
                escapes.Add(Expression.Literal(Escape((char)value)));
            }
        }

        return Expression.AnyOf(escapes);
    }

    private static string Escape(char value) =>
        value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)value:x4}"),
        };
}
