using ModelGen.Compiler;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Cli.Specs;

/// <summary>A spec as it was written, with what the command line sets.</summary>
/// <param name="File">Its file.</param>
/// <param name="Node">Its keys; null where its YAML has mistakes.</param>
/// <param name="Text">The same as text.</param>
internal sealed record SpecSource(string File, Node? Node, string Text)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">It cannot be read.</exception>
    public static SpecSource Read(string file)
    {
        var text = SpecText.Read(file);
        var diagnostics = new DiagnosticBag();
        var node = SpecCompiler.ReadYaml(text, "spec", diagnostics);
        return new SpecSource(file, diagnostics.Count == 0 ? node : null, text);
    }

    /// <summary>The spec with other values; itself where its YAML has mistakes, which come first.</summary>
    /// <exception cref="ModelGenException">A setting reaches into what is no group of keys.</exception>
    public SpecSource With(IReadOnlyList<Setting> settings) =>
        Node is null || settings.Count == 0 ? this : With(settings.Aggregate(Node, static (set, setting) => setting.ApplyTo(set)));

    /// <summary>The spec with other keys.</summary>
    public SpecSource With(Node node) =>
        this with
        {
            Node = node,
            Text = $"# {Path.GetFileName(File)} with what the command line set.\n\n{YamlWriter.Write(node)}",
        };

    /// <summary>Reads it as a model.</summary>
    public ParsedSpec ParseModel() => Node is null ? SpecCompiler.Parse(Text) : SpecCompiler.Parse(Node, new DiagnosticBag());

    /// <summary>Reads it as a recipe.</summary>
    public RecipeReadings ParseRecipe() => Node is null ? RecipeCompiler.Parse(Text) : RecipeCompiler.Parse(Node);
}
