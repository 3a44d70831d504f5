using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Text;

namespace ModelGen.Generators.Specs;

/// <summary>A spec as read.</summary>
internal sealed record SpecFile(string Path, ParsedSpec Parsed)
{
    public static SpecFile Read(AdditionalText text, CancellationToken cancellation)
    {
        string problem;
        try
        {
            if (text.GetText(cancellation) is { } source)
            {
                return new SpecFile(text.Path, SpecCompiler.Parse(source.ToString()));
            }

            problem = "it cannot be opened";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            problem = exception.Message;
        }

        var unreadable = new Compiler.Diagnostics.Diagnostic(Rules.Unreadable, SourceSpan.FileStart, new EquatableArray<string>([problem]));
        return new SpecFile(text.Path, new ParsedSpec(null, LayerPlaces.None, new EquatableArray<Compiler.Diagnostics.Diagnostic>([unreadable])));
    }
}
