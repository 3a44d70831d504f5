using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary><c>true</c> or <c>false</c>; no other spelling.</summary>
internal sealed class FlagParameter(string name, string summary) : Parameter<bool>(name, summary)
{
    public override string Type => "true or false";

    public override JsonObject Schema => new() { ["type"] = "boolean" };

    public override object? Bind(Binder binder, string path, Node node)
    {
        switch (node)
        {
            case ScalarNode { IsQuoted: false, Text: "true" }:
                return true;
            case ScalarNode { IsQuoted: false, Text: "false" }:
                return false;
            default:
                binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, node.Description);
                return null;
        }
    }

    public override string ToCSharp(object value) => Format((bool)value);

    protected override string Format(bool value) => value ? "true" : "false";
}
