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
    /// <summary>Whether a file is a spec, by its name.</summary>
    public static bool IsSpec(string path) => Is(path, "model");

    /// <summary>Whether the name of a file ends in a word and one of YAML's two extensions, in whatever case people write them.</summary>
    public static bool Is(string path, string word) =>
        path.EndsWith($".{word}.yaml", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith($".{word}.yml", StringComparison.OrdinalIgnoreCase);

    public static SpecFile Read(AdditionalText text, CancellationToken cancellation) =>
        new(
            text.Path,
            Text(text, cancellation, out var reason) is { } source ? SpecCompiler.Parse(source) : SpecCompiler.Unreadable(reason)
        );

    /// <summary>The text of a file; null, with the reason, where it cannot be read.</summary>
    public static string? Text(AdditionalText text, CancellationToken cancellation, out string reason)
    {
        reason = "it cannot be opened";
        try
        {
            return text.GetText(cancellation)?.ToString();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            reason = exception.Message;
            return null;
        }
    }
}
