using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes arguments of a spec as options records of the runtime.</summary>
internal static class OptionsWriter
{
    /// <summary>The record on one line.</summary>
    public static string Inline(string type, IReadOnlyList<Parameter> parameters, Arguments arguments, ShortNames code) =>
        $"new {code.Runtime(type)}"
        + (string.Join(", ", Assignments(parameters, arguments, code)) is { Length: > 0 } values ? $" {{ {values} }}" : "()");

    /// <summary>Writes a static property that holds the record, one line per value.</summary>
    public static void Property(CodeWriter writer, OptionGroup options, ShortNames code)
    {
        var group = options.Group;
        writer.Line($"/// <summary>{Names.Xml(options.Summary)}</summary>");
        writer.Open($"public static {code.Runtime(group.Record)} {Names.Pascal(group.Name)} {{ get; }} = new()");
        foreach (
            var assignment in Assignments(group.Parameters, options.Values, code)
                .Concat(options.Switches.Select(static name => $"{Names.Pascal(name)} = true"))
        )
        {
            writer.Line($"{assignment},");
        }

        writer.Close("};");
    }

    private static IEnumerable<string> Assignments(IReadOnlyList<Parameter> parameters, Arguments arguments, ShortNames code) =>
        parameters
            .Zip(arguments.Values, static (parameter, value) => (parameter, value))
            .Where(static pair => pair.value is not null)
            .Select(pair => $"{Names.Pascal(pair.parameter.RuntimeName)} = {pair.parameter.ToCSharp(pair.value!, code)}");
}
