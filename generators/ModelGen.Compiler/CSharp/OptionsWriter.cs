using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words.Layers;

namespace ModelGen.Compiler.CSharp;

/// <summary>Arguments of a spec as the runtime's options records.</summary>
internal static class OptionsWriter
{
    /// <summary>The record in one line.</summary>
    public static string Inline(string type, IReadOnlyList<Parameter> parameters, Arguments arguments) =>
        $"new {type} {{ {string.Join(", ", Assignments(parameters, arguments))} }}";

    /// <summary>A static property that holds the record, one line for each value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="summary">What it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="group">The group of the spec.</param>
    /// <param name="arguments">The values.</param>
    /// <param name="more">Assignments that the group has no key for.</param>
    public static void Property(CodeWriter writer, string summary, string name, GroupParameter group, Arguments arguments, params IEnumerable<string> more)
    {
        writer.Line($"/// <summary>{Names.Xml(summary)}</summary>");
        writer.Open($"public static {RuntimeTypes.Qualified(group.Record)} {name} {{ get; }} = new()");
        foreach (var assignment in Assignments(group.Parameters, arguments).Concat(more))
        {
            writer.Line($"{assignment},");
        }

        writer.Close("};");
    }

    private static IEnumerable<string> Assignments(IReadOnlyList<Parameter> parameters, Arguments arguments) =>
        parameters
            .Zip(arguments.Values, (parameter, value) => (parameter, value))
            .Where(pair => pair.value is not null)
            .Select(pair => $"{Names.Pascal(pair.parameter.RuntimeName)} = {pair.parameter.ToCSharp(pair.value!)}");
}
