using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes values of a spec as C#.</summary>
internal static class ValueWriter
{
    /// <summary>A value of the parameter, as a literal or as the runtime's type for it.</summary>
    public static string ToCSharp(this Parameter parameter, object value, ShortNames code) =>
        parameter.Form switch
        {
            IntegerForm => Literal.Of((long)value),
            NumberForm => Literal.Of((double)value),
            FlagForm => Literal.Of((bool)value),
            ChoiceForm { RuntimeEnum: { } type } => $"{code.Runtime(type)}.{Names.Pascal((string)value)}",
            ChoiceForm => $"\"{value}\"",
            TextForm => Literal.Of((string)value),
            TextsForm => $"[{string.Join(", ", ((EquatableArray<string>)value).Select(Literal.Of))}]",
            TextNumbersForm => Dictionary(
                "double",
                ((EquatableArray<TextNumber>)value).Select(static each => (each.Text, Literal.Of(each.Number)))
            ),
            TextDurationsForm => Dictionary(
                code.Runtime("Duration"),
                ((EquatableArray<TextDuration>)value).Select(each => (each.Text, Length(each.Duration, code)))
            ),
            NumbersForm => $"[{Literal.List((EquatableArray<double>)value)}]",
            PairForm => Pair(((double, double))value),
            AmountForm { Base: null } => Length((Duration)value, code),
            AmountForm { Base: AmountForm.Bytes } => Literal.Of((long)(double)value),
            AmountForm { Base: AmountForm.Seconds } => $"global::System.TimeSpan.FromSeconds({Literal.Of((double)value)})",
            WordForm when value is IConfigured { Definition: IOptionsRecord word } configured => OptionsWriter.Inline(
                word.Record,
                configured.Definition.Parameters,
                configured.Arguments,
                code
            ),
            GroupForm group => OptionsWriter.Inline(group.Record, group.Parameters, (Arguments)value, code),
            _ => throw new InvalidOperationException($"'{parameter.Name}' has no C# form"),
        };

    private static string Dictionary(string type, IEnumerable<(string Text, string Value)> entries) =>
        $"new global::System.Collections.Generic.Dictionary<string, {type}> {{ "
        + $"{string.Join(", ", entries.Select(static each => $"[{Literal.Of(each.Text)}] = {each.Value}"))} }}";

    private static string Pair((double First, double Second) value) => $"({Literal.Of(value.First)}, {Literal.Of(value.Second)})";

    // Only epochs can be fractional.
    private static string Length(Duration value, ShortNames code)
    {
        var amount = value.Unit == "epochs" ? Literal.Of(value.Amount) : Literal.Of((long)value.Amount);
        return $"{code.Runtime("Duration")}.{Names.Pascal(value.Unit)}({amount})";
    }
}
