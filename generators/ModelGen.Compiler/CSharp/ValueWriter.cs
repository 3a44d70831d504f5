using System.Globalization;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.CSharp;

/// <summary>Values of a spec as C#.</summary>
internal static class ValueWriter
{
    /// <summary>A value of the parameter, as a literal or as the runtime's type for it.</summary>
    public static string ToCSharp(this Parameter parameter, object value) => parameter.Form switch
    {
        IntegerForm => Whole((long)value),
        NumberForm => NumberText.Of((double)value),
        FlagForm => (bool)value ? "true" : "false",
        ChoiceForm { RuntimeEnum: { } type } => $"{RuntimeTypes.Qualified(type)}.{Names.Pascal((string)value)}",
        ChoiceForm => $"\"{value}\"",
        PairForm => Pair(((double, double))value),
        AmountForm { Base: null } => Length((Duration)value),
        AmountForm { Base: AmountForm.Bytes } => Whole((long)(double)value),
        AmountForm { Base: AmountForm.Seconds } => $"global::System.TimeSpan.FromSeconds({NumberText.Of((double)value)})",
        WordForm when value is IConfigured { Definition: IOptionsRecord word } configured => OptionsWriter.Inline(RuntimeTypes.Qualified(word.Record), configured.Definition.Parameters, configured.Arguments),
        GroupForm group => OptionsWriter.Inline(RuntimeTypes.Qualified(group.Record), group.Parameters, (Arguments)value),
        _ => throw new InvalidOperationException($"'{parameter.Name}' has no C# form"),
    };

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Pair((double First, double Second) value) => $"({NumberText.Of(value.First)}, {NumberText.Of(value.Second)})";

    // Only epochs come in parts.
    private static string Length(Duration value) =>
        $"{RuntimeTypes.Qualified("Duration")}.{Names.Pascal(value.Unit)}({(value.Unit == "epochs" ? NumberText.Of(value.Amount) : Whole((long)value.Amount))})";
}
