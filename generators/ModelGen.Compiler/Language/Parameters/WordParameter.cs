using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>A word of a kind with its arguments, such as an optimizer; a family may allow only some words of the kind.</summary>
internal sealed class WordParameter<T>(string name, string summary, params string[] allowed) : Parameter<Configured<T>>(name, summary)
    where T : Definition
{
    /// <summary>The words that may be written here.</summary>
    public IReadOnlyList<T> Words => allowed.Length == 0 ? Catalogue.Of<T>() : [.. Catalogue.Of<T>().Where(d => allowed.Contains(d.Word))];

    public override IReadOnlyList<Definition> AllowedWords => Words;

    public override string Type => $"one of {string.Join(", ", Words.Select(definition => definition.Word))}, with its arguments";

    public override JsonObject Schema => JsonSchema.Words(Words);

    public override object? Bind(Binder binder, string path, Node node) => binder.Word(path, node, Words);

    public override string ToCSharp(object value)
    {
        var configured = (Configured<T>)value;
        return configured.Definition is IOptionsRecord record
            ? CSharp.OptionsWriter.Inline(record.CSharpType, configured.Definition.Parameters, configured.Arguments)
            : base.ToCSharp(value);
    }

    protected override string Format(Configured<T> value) => value.Definition.Word;
}
