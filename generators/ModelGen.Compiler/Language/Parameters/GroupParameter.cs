using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>A group of keys that becomes an options record.</summary>
internal sealed class GroupParameter(string name, string summary, string csharpType, params Parameter[] parameters)
    : Parameter<Arguments>(name, summary), IOptionsRecord
{
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    public string CSharpType { get; } = csharpType;

    /// <summary>When left out, every key has its default. Otherwise leaving it out leaves out the feature.</summary>
    public bool HasDefaults { get; init; }

    // What may stand for the group, its other keys having their defaults.
    private Parameter? Main => Parameters.FirstOrDefault(parameter => parameter.IsMain);

    public override string Type => Main is { } main ? $"{main.Type}, or a group of keys" : "a group of keys";

    public override object? DefaultValue => HasDefaults ? Arguments.Of(Parameters, new Dictionary<Parameter, object?>()) : null;

    public override string DefaultText => HasDefaults ? "the defaults of its keys" : Absent;

    public override JsonObject Schema => Main is { } main ? JsonObject.AnyOf(main.Schema, JsonSchema.Group(Parameters)) : JsonSchema.Group(Parameters);

    public override object? Bind(Binder binder, string path, Node node)
    {
        if (node is MapNode map)
        {
            return binder.Arguments(path, Parameters, map.Entries, node.Span);
        }

        if (Main is { } main && node is ScalarNode { IsEmpty: false })
        {
            return binder.Arguments(path, Parameters, [new Entry(new ScalarNode(node.Span, main.Name, isQuoted: false), node)], node.Span);
        }

        binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, node.Description);
        return null;
    }

    public override string ToCSharp(object value) => CSharp.OptionsWriter.Inline(CSharpType, Parameters, (Arguments)value);

    protected override string Format(Arguments value) => DefaultText;
}
