using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>The files under docs/ that are made from the catalogue and the rules.</summary>
internal static class Pages
{
    /// <summary>Their paths and texts.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>
        {
            ["docs/layers.md"] = LanguageReference.Layers(),
            ["docs/modelgen.schema.json"] = JsonSchema.Write(),
            ["docs/modelgen.run.schema.json"] = JsonSchema.WriteRecipes(),
            ["docs/diagnostics/README.md"] = LanguageReference.Diagnostics(),
        }
            .Concat(
                Rules.All.Select(rule => KeyValuePair.Create(rule.HelpPage, LanguageReference.HelpPage(rule, Repository.Example(rule.Id))))
            )
            .ToDictionary();

    /// <summary>All of them, made anew.</summary>
    public static string Text =>
        LanguageReference.Layers() + JsonSchema.Write() + JsonSchema.WriteRecipes() + LanguageReference.Diagnostics();
}
