using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelGen.Tokenization;

namespace ModelGen.Constraints;

/// <summary>
/// A set of texts; a text that is written under it is always one of them. What is said of the set becomes a finite automaton, at once, and
/// the automaton one of tokens, when it first meets a tokenizer: then it is known before each token which ones can still lead to an end.
/// </summary>
/// <remarks>It may be used by several threads at once, and is kept for as long as it lives with the tokenizers that it has met.</remarks>
/// <example>
/// <code>
/// var digits = DocsGpt.Sampling with { Constraint = TextConstraint.Regex("[0-9]{3}-[0-9]{4}") };
/// Console.WriteLine(generator.Generate("Call ", 20, digits, seed: 1));
/// </code>
/// </example>
public sealed class TextConstraint
{
    private const int KeptConstraints = 64;

    private static readonly RecentlyUsed<(string Kind, string Text), TextConstraint> Known = new(KeptConstraints);
    private static readonly ConditionalWeakTable<JsonTypeInfo, TextConstraint> KnownTypes = [];

    private readonly ConditionalWeakTable<Tokenizer, TokenAutomaton> _byTokenizer = [];
    private readonly ByteAutomaton _automaton;

    private TextConstraint(Expression expression)
    {
        _automaton = ByteAutomatonBuilder.Build(expression);
        if (_automaton.StateCount == 0)
        {
            throw new ModelGenException("The constraint allows no text at all: what it asks for contradicts itself.");
        }
    }

    /// <summary>The texts that a regular expression matches from beginning to end.</summary>
    /// <param name="pattern">
    /// Characters, classes, groups, alternatives and quantifiers in .NET's syntax, also <c>(?i)</c> at the beginning; neither back
    /// references nor what looks around. <c>\d</c>, <c>\w</c> and <c>\s</c> write ASCII characters only,
    /// and <c>.</c> anything but a line break.
    /// </param>
    /// <returns>The constraint.</returns>
    /// <exception cref="ModelGenException">The pattern is not well-formed, has what no automaton can follow, matches nothing, or counts too
    /// far.</exception>
    public static TextConstraint Regex(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Known.GetOrAdd(("regex", pattern), static key => new TextConstraint(ConstraintPattern.Whole(key.Text)));
    }

    /// <summary>One of some texts.</summary>
    /// <param name="texts">The texts, at least one.</param>
    /// <returns>The constraint.</returns>
    /// <exception cref="ArgumentException">There is no text, or one has half of a surrogate pair.</exception>
    /// <exception cref="ModelGenException">The texts are too many.</exception>
    public static TextConstraint Choice(params IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new ArgumentException("A choice needs at least one text.", nameof(texts));
        }

        if (texts.Any(static text => text is null || !IsWellFormed(text)))
        {
            throw new ArgumentException("A text of the choice is null, or has half of a surrogate pair.", nameof(texts));
        }

        return new TextConstraint(new Expression.Either([.. texts.Select(Expression.Literal)]));
    }

    /// <summary>The JSON values that a schema describes.</summary>
    /// <param name="schema">
    /// A JSON Schema (draft 2020-12 or 7). Objects have the properties that it names, in its order; no white space but a single one after
    /// ':' and ','; numbers have no exponent, and whole ones without bounds fit an <see cref="int"/>. A keyword
    /// that cannot be kept is an error, and so is one that is not known.
    /// </param>
    /// <returns>The constraint.</returns>
    /// <exception cref="ModelGenException">The schema is no JSON, refers to itself, describes no value or any value whatever, or has a
    /// keyword that cannot be kept; the message says where.</exception>
    public static TextConstraint JsonSchema([StringSyntax(StringSyntaxAttribute.Json)] string schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Known.GetOrAdd(("schema", schema), static key => new TextConstraint(JsonSchemaReader.Read(key.Text)));
    }

    /// <summary>The JSON values that a schema describes.</summary>
    /// <param name="schema">A JSON Schema; see <see cref="JsonSchema(string)"/>.</param>
    /// <returns>The constraint.</returns>
    /// <exception cref="ModelGenException">The schema refers to itself, describes no value or any value whatever, or has a keyword that
    /// cannot be kept; the message says where.</exception>
    /// <exception cref="ArgumentException">The element is not a value.</exception>
    public static TextConstraint JsonSchema(JsonElement schema) =>
        schema.ValueKind != JsonValueKind.Undefined
            ? JsonSchema(schema.GetRawText())
            : throw new ArgumentException("There is no schema: the element has no value.", nameof(schema));

    /// <summary>The JSON that is read as a value of a type.</summary>
    /// <param name="type">
    /// The type as the serializer sees it. Its members may have attributes of System.ComponentModel.DataAnnotations: Range, Length,
    /// MinLength, MaxLength, StringLength, RegularExpression and AllowedValues are kept. A name of a dictionary may come twice.
    /// </param>
    /// <returns>The constraint.</returns>
    /// <exception cref="ModelGenException">The type contains itself, something of which any JSON can be read, or an attribute that cannot
    /// be kept.</exception>
    public static TextConstraint Json(JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return KnownTypes.GetValue(type, static known => new TextConstraint(JsonTypeSchema.Read(known)));
    }

    /// <summary>Whether a text is one of the set.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether the constraint would let a model write it.</returns>
    public bool Allows(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var state = _automaton.Next(0, Encoding.UTF8.GetBytes(text));
        return state != ByteAutomaton.None && _automaton.IsAccepting(state);
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (Rune.DecodeFromUtf16(text, out _, out var length) == OperationStatus.Done)
        {
            text = text[length..];
        }

        return text.IsEmpty;
    }

    /// <summary>The automaton of a tokenizer's tokens.</summary>
    /// <exception cref="ModelGenException">The tokens make up no text of the set.</exception>
    internal TokenAutomaton For(Tokenizer tokenizer)
    {
        var automaton = _byTokenizer.GetValue(tokenizer, known => new TokenAutomaton(_automaton, known));
        return automaton.IsLive(automaton.Start)
            ? automaton
            : throw new ModelGenException(
                $"The tokenizer has no tokens for any text that the constraint allows, such as '{_automaton.Example()}'; use a tokenizer "
                    + "that can write every text, or another constraint."
            );
    }
}
