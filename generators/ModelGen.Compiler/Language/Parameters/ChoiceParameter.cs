using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>One of a few words.</summary>
internal sealed class ChoiceParameter(string name, string summary, params string[] choices) : Parameter<string>(name, summary)
{
    public IReadOnlyList<string> Choices { get; } = choices;

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

    protected override string Format(string value) => value;
}
