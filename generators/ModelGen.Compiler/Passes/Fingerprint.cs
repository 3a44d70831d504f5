using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// A hash of what a model computes and of the state it holds: the operations with their arguments and the parts of each class, independent
/// of any back end. Initialisation, precision, training and sampling are not part of it, so weights fit every model with the same
/// fingerprint.
/// </summary>
internal static class Fingerprint
{
    // The format of the hashed text; changing it would change every fingerprint.
    private const string Format = "modelgen 3";

    /// <summary>SHA-256 in hexadecimal digits.</summary>
    public static string Of(ModelGraph model)
    {
        using var hash = SHA256.Create();
        return string.Concat(
            hash.ComputeHash(Encoding.UTF8.GetBytes(Text(model))).Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))
        );
    }

    /// <summary>The text that is hashed.</summary>
    private static string Text(ModelGraph model)
    {
        var text = new StringBuilder();
        Line(text, Format);
        Line(text, FormattableString.Invariant($"{model.Data.Vocabulary} {model.Data.Context}"));

        // In models with several roles, a range other than an image's changes the values that the networks see.
        if (model.Root.Operations.Count == 0 && model.Data.Range != (0, 1))
        {
            Line(text, $"values {(model.Data.Range is { } range ? $"{NumberText.Of(range.Low)} {NumberText.Of(range.High)}" : "any")}");
        }

        // A class is identified by what it holds and does: neither its name nor how often it was made changes what the model computes.
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var classes = new Dictionary<ModuleGraph, int>();
        foreach (var graph in model.Classes.Append(model.Root))
        {
            var own = Class(graph, classes);
            if (!numbers.TryGetValue(own, out var number))
            {
                number = numbers.Count;
                numbers.Add(own, number);
                Line(text, FormattableString.Invariant($"class {number}"));
                text.Append(own);
            }

            classes.Add(graph, number);
        }

        return text.ToString();
    }

    private static string Class(ModuleGraph graph, Dictionary<ModuleGraph, int> classes)
    {
        var text = new StringBuilder();
        foreach (var input in graph.Inputs)
        {
            Line(text, input.Description);
        }

        foreach (var part in graph.Parts)
        {
            var state = part.State.Select(static entry => $"{entry.Name}{Text(entry.Shape)}{(entry.IsBuffer ? " buffer" : "")}");
            var what = part.Op is { } op
                ? $"{Text(op)} {string.Join(" ", state)}"
                : string.Join(" ", part.Elements.Select(element => FormattableString.Invariant($"class {classes[element]}")));
            Line(text, $"{part.Name}: {what}".TrimEnd());
        }

        var numbers = new Dictionary<Operand, string>();
        var count = 0;
        foreach (var input in graph.Inputs)
        {
            Number(input);
        }

        foreach (var operation in graph.Operations)
        {
            // Precision changes neither state nor formulas: a cast counts as the tensor that it casts.
            if (operation.Op is Cast)
            {
                numbers.Add(operation.Output, Text(operation.Operands[0], numbers));
                continue;
            }

            var callee = operation.Callee is { } called ? FormattableString.Invariant($" {called.Part.Name}.{called.Index}") : "";
            callee += operation.Experts is { } experts ? $" {experts.Name}" : "";
            Line(text, $"{Text(operation.Op)}{callee} {string.Join(" ", operation.Operands.Select(operand => Text(operand, numbers)))}");
            foreach (var output in operation.Outputs)
            {
                Number(output);
            }
        }

        // A class that only holds the roles of a model computes nothing itself.
        if (graph.Operations.Count > 0)
        {
            Line(text, $"gives {string.Join(" ", graph.Outputs.Select(output => Text(output, numbers)))}");
        }

        return text.ToString();

        void Number(Value value) => numbers.Add(value, (count++).ToString(CultureInfo.InvariantCulture));
    }

    private static string Text(Operand operand, Dictionary<Operand, string> numbers) =>
        operand switch
        {
            Value value => numbers[value],
            Weight weight => string.Join(".", weight.Path.Select(static part => part.Name).Append(weight.Entry.Name)),
            _ => throw new InvalidOperationException($"{operand.GetType().Name} has no text form"),
        };

    private static string Text(Op op) =>
        $"{op.Name}({string.Join(", ", op.Arguments.Select(static argument => $"{argument.Name}: {Text(argument.Value)}"))})";

    private static string Text(object value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            double number => NumberText.Of(number),
            IReadOnlyList<long> list => $"[{string.Join(", ", list.Select(static item => item.ToString(CultureInfo.InvariantCulture)))}]",
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
