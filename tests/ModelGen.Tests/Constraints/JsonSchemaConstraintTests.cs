using System.Globalization;
using System.Text.Json;
using Json.Schema;
using ModelGen.Constraints;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Constraints;

/// <summary>JSON schemas as sets of texts, against an independent validator.</summary>
public sealed class JsonSchemaConstraintTests
{
    private static readonly ByteTokenizer Bytes = new();

    public static TheoryData<string> Schemas =>
        [
            """{ "type": "string" }""",
            """{ "type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[\\u0000-~]*$" }""",
            """{ "type": "string", "pattern": "b+$" }""",
            """{ "type": "string", "pattern": "^[A-Z\"\\\\\\n]{3}" }""",
            """{ "type": "string", "format": "date" }""",
            """{ "type": "string", "format": "date-time" }""",
            """{ "type": "string", "format": "time" }""",
            """{ "type": "string", "format": "uuid" }""",
            """{ "type": "string", "format": "ipv4" }""",
            """{ "type": "string", "format": "hostname" }""",
            """{ "type": "string", "format": "email" }""",
            """{ "type": "string", "format": "uri" }""",
            """{ "type": "integer" }""",
            """{ "type": "integer", "minimum": -17, "maximum": 1203 }""",
            """{ "type": "integer", "exclusiveMinimum": 98, "exclusiveMaximum": 102 }""",
            """{ "type": "number" }""",
            """{ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }""",
            """{ "type": "number", "minimum": -2.5, "exclusiveMaximum": -0.125 }""",
            """{ "type": "number", "minimum": 19.99, "multipleOf": 0.01 }""",
            """{ "type": ["boolean", "null"] }""",
            """{ "enum": ["a", 1, 2.5, null, true, { "b": [1, "x"] }] }""",
            """{ "enum": ["a", 1, 2.5, null, true], "type": ["integer", "string"] }""",
            """{ "const": "ein \"Zitat\"\n" }""",
            """{ "type": "array", "items": { "type": "integer" }, "maxItems": 3 }""",
            """{ "type": "array", "items": { "type": "boolean" }, "minItems": 2, "maxItems": 4 }""",
            """{ "type": "array", "items": { "type": "null" } }""",
            """{ "type": "array", "prefixItems": [{ "const": "p" }, { "type": "integer" }], "items": { "type": "boolean" }, "minItems": 1 }""",
            """{ "type": "array", "prefixItems": [{ "const": "p" }, { "type": "integer" }], "items": false, "minItems": 2 }""",
            """{ "type": "object", "properties": {} }""",
            """{ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0, "maximum": 9 } }""",
            """
                {
                  "type": "object",
                  "properties": {
                    "a": { "type": "integer" },
                    "b": { "type": "string", "maxLength": 3 },
                    "c/~": { "$ref": "#/$defs/pair" },
                    "d": { "type": "array", "items": { "$ref": "#/$defs/pair" }, "maxItems": 2 }
                  },
                  "required": ["b", "c/~"],
                  "additionalProperties": false,
                  "$defs": {
                    "pair": {
                      "type": "object",
                      "properties": { "x": { "type": "boolean" }, "y": { "type": "null" } },
                      "required": ["x", "y"]
                    }
                  }
                }
                """,
            """
                {
                  "oneOf": [
                    { "type": "object", "properties": { "kind": { "const": "circle" }, "r": { "type": "number", "minimum": 0 } }, "required": ["kind", "r"] },
                    { "type": "object", "properties": { "kind": { "const": "square" }, "a": { "type": "number", "minimum": 0 } }, "required": ["kind", "a"] },
                    { "type": "null" }
                  ]
                }
                """,
            """{ "anyOf": [{ "type": "integer", "maximum": 5 }, { "type": "string", "maxLength": 1 }, { "type": "number", "minimum": 10 }], "type": ["number", "string"] }""",
            """{ "allOf": [{ "type": "integer", "minimum": 5 }, { "maximum": 30 }], "exclusiveMaximum": 12 }""",
            """{ "type": "number", "exclusiveMaximum": 100 }""",
            """{ "type": "number", "minimum": 1e16 }""",
            """{ "type": "string", "pattern": "^.$" }""",
            """{ "type": "integer", "enum": [1.0, 2, 1e3] }""",
            """{ "type": "number", "minimum": 0, "enum": [1e3, -1, 0.5] }""",
            """{ "type": "object", "additionalProperties": { "type": "null" }, "propertyNames": { "enum": ["a", "b"] } }""",
            """
                {
                  "type": ["object", "null"],
                  "required": ["kind"],
                  "anyOf": [
                    { "properties": { "kind": { "const": "a" }, "x": { "type": "null" } }, "required": ["kind", "x"] },
                    { "properties": { "kind": { "const": "b" } }, "required": ["kind"] }
                  ]
                }
                """,
            """{ "$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/digit", "definitions": { "digit": { "type": "integer", "minimum": 0, "maximum": 9 } } }""",
        ];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void WhatIsWrittenIsValid(string text)
    {
        var constraint = TextConstraint.JsonSchema(text);
        var schema = JsonSchema.FromText(text);
        var options = new EvaluationOptions { RequireFormatValidation = true };
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < 300; seed++)
        {
            var json = RandomWriter.Write(constraint, Bytes, 160, seed);

            using var document = JsonDocument.Parse(json);
            Assert.True(schema.Evaluate(document.RootElement, options).IsValid, json);
            Assert.True(constraint.Allows(json));
            written.Add(json);
        }

        Assert.True(
            written.Count > 1
                || text.Contains("\"const\": \"ein", StringComparison.Ordinal)
                || text.Contains("{}", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("""{"type":"string"}""", """ "" "a" "ä😀" "\"\\\n\u0001" """, """ a "a "\u0061" "\/" 1 """)]
    [InlineData("""{"type":"integer"}""", " 0 7 -12 2147483647 -2147483648 ", """ 2147483648 -0 01 1.0 1e3 +1 "1" """)]
    [InlineData("""{"type":"number"}""", " 0 -0.5 12.25 1.50 ", " -0 -0.0 .5 1. 1e3 00.1 ")]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", " [] [1] [1,2,3] ", " [1,] [,1] [1 1.5] ")]
    [InlineData(
        """{"properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}},"required":["b"]}""",
        """ {"b":null} {"a":null,"b":null} {"b":null,"c":null} {"a":null,"b":null,"c":null} """,
        """ {} {"a":null} {"b":null,"a":null} {"b":null,} {,"b":null} {"b":null,"b":null} """
    )]
    public void WhatIsAllowedIsWrittenInOneWay(string schema, string allowed, string others)
    {
        var constraint = TextConstraint.JsonSchema(schema);

        Assert.All(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), text => Assert.True(constraint.Allows(text), text));
        Assert.All(others.Split(' ', StringSplitOptions.RemoveEmptyEntries), text => Assert.False(constraint.Allows(text), text));
    }

    [Fact]
    public void ALengthCountsCharactersWhateverTheirBytes()
    {
        var constraint = TextConstraint.JsonSchema("""{"type":"string","minLength":2,"maxLength":3}""");

        Assert.All(["ab", "ä€😀", "\\n\\\"", "e\u0301"], text => Assert.True(constraint.Allows($"\"{text}\""), text));
        Assert.All(["a", "😀", "abcd", "\\\\"], text => Assert.False(constraint.Allows($"\"{text}\""), text));
    }

    [Fact]
    public void ASpaceMayFollowAColonAndAComma()
    {
        var constraint = TextConstraint.JsonSchema(
            """{"properties":{"a":{"type":"null"},"b":{"type":"array","items":{"type":"null"}}},"required":["a","b"]}"""
        );

        Assert.True(constraint.Allows("""{"a": null, "b": [null, null]}"""));
        Assert.True(constraint.Allows("""{"a":null, "b":[null,null]}"""));
        Assert.False(constraint.Allows("""{"a":  null,"b":[]}"""));
        Assert.False(constraint.Allows("""{ "a":null,"b":[]}"""));
    }

    /// <summary>Each number between bounds, and each outside, for bounds at random.</summary>
    [Fact]
    public void BoundsAreExact()
    {
        var random = new Random(3);
        for (var round = 0; round < 150; round++)
        {
            var scale = random.Next(4);
            var (one, other) = (Number(scale), Number(random.Next(4)));
            var (least, most) = (Math.Min(one, other), Math.Max(one, other) + 0.001m);
            var (lower, upper) = (
                random.Next(2) == 0 ? "minimum" : "exclusiveMinimum",
                random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"
            );
            var constraint = TextConstraint.JsonSchema(
                string.Create(CultureInfo.InvariantCulture, $$"""{"type":"number","{{lower}}":{{least}},"{{upper}}":{{most}}}""")
            );
            decimal[] near = [least, most, .. Enumerable.Range(0, 60).Select(_ => Number(random.Next(5)))];
            foreach (
                var number in near.SelectMany(static near => new[] { near, near + 0.0001m, near - 0.0001m, near + 1, -near, near * 10 })
            )
            {
                var isInside =
                    (lower == "minimum" ? number >= least : number > least) && (upper == "maximum" ? number <= most : number < most);

                // Zero has one form.
                var text = number.ToString(CultureInfo.InvariantCulture);
                Assert.True(constraint.Allows(text) == isInside, $"{text} for {lower} {least}, {upper} {most}");
            }
        }

        decimal Number(int scale) => random.Next(-3000, 3000) / (decimal)Math.Pow(10, scale);
    }

    [Theory]
    [InlineData("{", "The JSON schema is not valid JSON: ")]
    [InlineData("{}", "The JSON schema, at #: it allows any value; give it a 'type'.")]
    [InlineData("false", "The JSON schema, at #: it allows no value.")]
    [InlineData("""{"type":"strin"}""", "The JSON schema, at #: 'strin' is not a type; the types are string, number, ")]
    [InlineData("""{"type":"object"}""", "The JSON schema, at #: the object may have any properties; name them in 'properties', ")]
    [InlineData("""{"type":"array"}""", "The JSON schema, at #: the array may have any items; give 'items' a schema.")]
    [InlineData("""{"type":"array","items":{}}""", "The JSON schema, at #/items: it allows any value; give it a 'type'.")]
    [InlineData(
        """{"type":"string","minlength":1}""",
        "The JSON schema, at #: the keyword 'minlength' is unknown or cannot be kept; those that can are "
    )]
    [InlineData("""{"type":"string","minimum":1}""", "The JSON schema, at #: 'minimum' has no effect on the type string.")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":2}""", "The JSON schema, at #: 'minLength' is 3, but 'maxLength' is 2.")]
    [InlineData("""{"type":"string","minLength":-1}""", "The JSON schema, at #: 'minLength' must be a whole number from 0 on.")]
    [InlineData("""{"type":"string","format":"color"}""", "The JSON schema, at #: the format 'color' is not known; use one of date, ")]
    [InlineData(
        """{"type":"string","pattern":"^a{3}$","maxLength":2}""",
        "The JSON schema, at #: it allows no value, because what it asks for contr"
    )]
    [InlineData("""{"type":"string","pattern":"a("}""", "The JSON schema, at #: The pattern 'a(' has no ')' at position 2.")]
    [InlineData(
        """{"type":"integer","minimum":3,"maximum":2}""",
        "The JSON schema, at #: it allows no value, because what it asks for contradicts"
    )]
    [InlineData("""{"type":"integer","multipleOf":3}""", "The JSON schema, at #: 'multipleOf' can be 1, 0.1, 0.01, … here, not 3;")]
    [InlineData("""{"type":"array","items":{"type":"null"},"uniqueItems":true}""", "The JSON schema, at #: 'uniqueItems' cannot be kept,")]
    [InlineData(
        """{"properties":{"a":{"type":"null"}},"required":["b"]}""",
        "The JSON schema, at #: 'required' names 'b', which 'properties' does not"
    )]
    [InlineData("""{"anyOf":[{"type":"null"}],"required":7}""", "The JSON schema, at #: 'required' must be a list with at least one item.")]
    [InlineData("""{"enum":[]}""", "The JSON schema, at #: 'enum' must be a list with at least one item.")]
    [InlineData("""{"enum":["a"],"type":"integer"}""", "The JSON schema, at #: none of its values is of its 'type'.")]
    [InlineData(
        """{"$ref":"#/$defs/a"}""",
        "The JSON schema, at #/$defs/a: there is nothing here, although a '$ref' names it: '$defs' is missing."
    )]
    [InlineData(
        """{"$ref":"other.json"}""",
        "The JSON schema, at #: the '$ref' 'other.json' does not point into this schema, as '#/$defs/name' does."
    )]
    [InlineData(
        """{"oneOf":[{"type":"integer"},{"type":"number"}]}""",
        "The JSON schema, at #: a value could be of the alternatives 0 and 1 of 'oneOf'"
    )]
    [InlineData(
        """{"properties":{"next":{"$ref":"#"},"value":{"type":"integer"}}}""",
        "The JSON schema refers to itself: # -> #. Values inside each other without end are more than an automaton can follow;"
    )]
    [InlineData(
        """{"$ref":"#/$defs/a","$defs":{"a":{"type":"array","items":{"$ref":"#/$defs/b"}},"b":{"$ref":"#/$defs/a"}}}""",
        "The JSON schema refers to itself: #/$defs/a -> #/$defs/b -> #/$defs/a. "
    )]
    public void WhatCannotBeKeptIsAnError(string schema, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<ModelGenException>(() => TextConstraint.JsonSchema(schema)).Message,
            StringComparison.Ordinal
        );
}
