using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes the member through which a model reads and writes files of weights.</summary>
internal static class WeightTableWriter
{
    /// <summary>The namespace of the runtime's types for it.</summary>
    public const string Namespace = "ModelGen.Checkpoints";

    /// <summary>Writes the member.</summary>
    public static void Member(CodeWriter writer, WeightTable table)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public global::{Namespace}.ModelWeights Weights =>");
        writer.Line($"    field ??= new global::{Namespace}.ModelWeights(");
        writer.Line("        this,");
        writer.Line($"        new global::{Namespace}.WeightTable(");
        writer.Line($"            {Literal.Of(table.Layout)},");
        writer.Line("            [");
        foreach (var link in table.Links)
        {
            writer.Line($"                {Link(link)},");
        }

        writer.Line("            ]");
        writer.Line("        )");
        writer.Line("        {");
        if (table.Prefix.Length > 0)
        {
            writer.Line($"            Prefix = {Literal.Of(table.Prefix)},");
        }

        if (table.Extras.Count > 0)
        {
            writer.Line("            Extras =");
            writer.Line("            [");
            foreach (var extra in table.Extras)
            {
                writer.Line($"                {Literal.Of(extra)},");
            }

            writer.Line("            ],");
        }

        if (table.Synonyms.Count > 0)
        {
            writer.Line($"            Synonyms = [{string.Join(", ", table.Synonyms.Select(Literal.Of))}],");
        }

        if (table.Tie is { } tie)
        {
            writer.Line($"            Tie = new({Literal.Of(tie.Name)}, {Literal.Of(tie.Other)}),");
        }

        writer.Line(table.File is not null ? "        }," : "        }");
        if (table.File is not null)
        {
            writer.Line($"        {Literal.Of(table.File)}");
        }

        writer.Line("    );");
    }

    private static string Link(WeightLink link)
    {
        var (first, rows) = (Literal.Of(link.FirstRow), Literal.Of(link.Rows));
        string[] settings =
        [
            .. link.IsTransposed ? ["IsTransposed = true"] : Array.Empty<string>(),
            .. link.Added is { } added ? [$"Added = {Literal.Of(added)}"] : Array.Empty<string>(),
            .. link.IsOwn ? ["IsOwn = true"] : Array.Empty<string>(),
            .. link.PairedHeads > 0 ? [$"PairedHeads = {Literal.Of(link.PairedHeads)}"] : Array.Empty<string>(),
        ];
        return $"new({Literal.Of(link.Name)}, {Literal.Of(link.Parameter)}, {first}, {rows})"
            + (settings.Length > 0 ? $" {{ {string.Join(", ", settings)} }}" : "");
    }
}
