using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>One of a few words.</summary>
internal sealed class ChoiceParameter(string name, string summary, params string[] choices) : Parameter<string>(name, summary)
{
    public IReadOnlyList<string> Choices { get; } = choices;

    /// <summary>The enum of the runtime that the words are members of, where an options record takes the choice.</summary>
    public string? CSharpType { get; init; }

    public override bool IsWord => true;

    /// <summary>Whether an options record takes the choice as a text.</summary>
    public bool IsText { get; init; }

    public override string Type => $"one of {string.Join(", ", Choices)}";

    public override JsonObject Schema => new() { ["enum"] = Choices.ToArray() };

    public override object? Bind(Binder binder, string path, Node node)
    {
        if (node is ScalarNode { IsQuoted: false } scalar && Choices.Contains(scalar.Text))
        {
            return scalar.Text;
        }

        var nearest = node is ScalarNode word ? NearestWord.Find(word.Text, Choices) : null;
        var hint = nearest is null ? "" : $"; did you mean '{nearest}'?";
        binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, node.Description + hint);
        return null;
    }

    public override string ToCSharp(object value) => IsText ? $"\"{value}\"" : CSharpType is null ? base.ToCSharp(value) : $"{CSharpType}.{CSharp.Names.Pascal((string)value)}";

    protected override string Format(string value) => value;
}
