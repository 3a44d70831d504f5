using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes values of a spec as C#.</summary>
internal static class ValueWriter
{
    // Members of recipes take the model that is trained under this name.
    private const string DeviceOfTrained = "model.Device";

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
            WordForm when value is IConfigured { Definition: INamesModel } named => Loaded(named, code),
            WordForm when value is IConfigured { Definition: INamesRecord word } named && word.Own(named.Arguments) is { } own => Own(own),
            WordForm when value is IConfigured { Definition: IOptionsRecord word } configured => OptionsWriter.Inline(
                word.Record,
                configured.Definition.Parameters,
                configured.Arguments,
                code
            ),
            GroupForm group => OptionsWriter.Inline(group.Record, group.Parameters, (Arguments)value, code),
            _ => throw new InvalidOperationException($"'{parameter.Name}' has no C# form"),
        };

    /// <summary>A record of the user's own.</summary>
    public static string Own(OwnRecord own) => $"new {Names.Own(own.Type)}({Literal.List(own.Arguments)})";

    /// <summary>What a word loads with another model of the project, on the device of the one that is trained.</summary>
    public static string Loaded(IConfigured word, ShortNames code)
    {
        var (named, arguments) = ((INamesModel)word.Definition, word.Arguments);
        var values = named
            .LoadedWith.Where(parameter => arguments.Value(parameter) is not null)
            .Select(parameter =>
                (parameter.IsRequired ? "" : $"{Names.Local(parameter.Name)}: ") + parameter.ToCSharp(arguments.Value(parameter)!, code)
            );
        return $"{code.Runtime(named.Loader)}.Load("
            + string.Join(", ", values.Prepend($"new {code.Model(arguments.Get(named.Named))}({DeviceOfTrained})"))
            + ")";
    }

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
