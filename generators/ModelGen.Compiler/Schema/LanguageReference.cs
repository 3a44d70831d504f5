using System.Text;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Schema;

/// <summary>The catalogue and the rules as pages to read.</summary>
internal static class LanguageReference
{
    /// <summary>The page of every word.</summary>
    public static string Layers()
    {
        var page = new StringBuilder();
        page.Append("# The words of a spec\n\nMade from the catalogue; a test keeps it current. Shapes are without the batch.\n");
        Chapter<Layer>(page, "Layers", "Entries of a layer list. Beside its word each takes `as: NAME`, which names its result, and `from: NAME`, which takes another result than the one before (`input` is what the list was given; add and concat take `from: [A, B]`).");
        Chapter<Initialiser>(page, "Initialisers", "How a weight starts.");
        Chapter<DataKind>(page, "Data", "What a model is trained on.");
        Chapter<Objective>(page, "Objectives", "What training makes smaller.");
        Chapter<Optimizer>(page, "Optimizers", "How a step changes the weights.");
        Chapter<Schedule>(page, "Schedules", "How the learning rate changes.");
        page.Append("\n## Keys of every model\n\n| key | takes | meaning |\n|---|---|---|\n");
        foreach (var key in CommonKey.All)
        {
            page.Append($"| `{key.Name}`{(key.IsRequired ? " (required)" : "")} | {Cell(key.Type)} | {Cell(key.Summary)} |\n");
        }

        Chapter<Family>(page, "Families", "What kind of model it is; each adds keys of its own.");
        return page.ToString();
    }

    /// <summary>The help page of a rule.</summary>
    public static string HelpPage(Rule rule) =>
        $"# {rule.Id}: {rule.Title}\n\n> {rule.Message}\n\n## Why\n\n{rule.Cause}\n\n## What to do\n\n{rule.Fix}\n";

    private static void Chapter<T>(StringBuilder page, string title, string summary)
        where T : Definition
    {
        page.Append($"\n## {title}\n\n{summary}\n");
        foreach (var word in Catalogue.Of<T>())
        {
            page.Append($"\n### {word.Word}\n\n{Sentence(word.Summary)}\n");
            if (word is Layer layer)
            {
                page.Append($"\nShape: {layer.ShapeRule}\n");
            }

            page.Append($"\n```yaml\n{(word is Layer ? "- " : "")}{word.Example.Replace("\r", "")}\n```\n");
            if (word.Parameters.Count > 0)
            {
                page.Append("\n| argument | takes | default | meaning |\n|---|---|---|---|\n");
                Rows(page, "", word.Parameters);
            }
        }
    }

    private static void Rows(StringBuilder page, string prefix, IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            var note = parameter.IsMain ? " (may follow the word)" : parameter.IsBeside ? " (stands beside the word)" : "";
            page.Append($"| `{prefix}{parameter.Name}`{note} | {Cell(parameter.Type)} | {(parameter.IsRequired ? "required" : Cell(parameter.DefaultText))} | {Cell(parameter.Summary)} |\n");
            if (parameter is GroupParameter group)
            {
                Rows(page, $"{prefix}{parameter.Name}.", group.Parameters);
            }
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|");

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1) + ".";
}
