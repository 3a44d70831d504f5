using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>Free text.</summary>
internal sealed class TextParameter(string name, string summary) : Parameter<string>(name, summary)
{
    public override string Type => "text";

    public override JsonObject Schema => new() { ["type"] = "string" };

    public override object? Bind(Binder binder, string path, Node node)
    {
        if (node is ScalarNode { IsEmpty: false } scalar)
        {
            return scalar.Text;
        }

        binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, node.Description);
        return null;
    }

    protected override string Format(string value) => value;
}
