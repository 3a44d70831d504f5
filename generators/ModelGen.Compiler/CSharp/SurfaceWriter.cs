using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.CSharp;

/// <summary>What a model offers beside its layers, as members of its class.</summary>
internal static class SurfaceWriter
{
    /// <summary>Constants and options, at the top of the class.</summary>
    public static void Constants(CodeWriter writer, ModelSurface surface)
    {
        foreach (var constant in surface.Constants)
        {
            writer.Line($"/// <summary>{Names.Xml(constant.Summary)}</summary>");
            writer.Line($"public const int {Names.Pascal(constant.Name)} = {Literal.Of(constant.Value)};");
            writer.Line();
        }

        foreach (var options in surface.Options)
        {
            OptionsWriter.Property(writer, options);
            writer.Line();
        }
    }

    /// <summary>What the class must implement, and what it tells of the model.</summary>
    public static void Members(CodeWriter writer, ModelSurface surface, ModelGraph model, ModelFacts facts)
    {
        if (surface.Tokenizer is { IsAskedFor: false } own)
        {
            writer.Line("/// <summary>The tokenizer for the text that the model reads.</summary>");
            writer.Line("/// <param name=\"trainingText\">The text that it is trained on.</param>");
            writer.Line($"public static {Tokenizer(own)}");
            writer.Line();
        }

        OverrideWriter.Members(writer,
        [
            .. surface.Members.Select(Member),
            .. Facts(model, facts),
            .. surface.InputType is { } type ? [$"torch.ScalarType InputType => torch.ScalarType.{(type == ElementType.TokenId ? "Int64" : "Float32")};"] : Array.Empty<string>(),
            .. surface.Tokenizer is { IsAskedFor: true } tokenizer ? [Tokenizer(tokenizer)] : Array.Empty<string>(),
            .. surface.Objective is { } objective ? [Objective(objective)] : Array.Empty<string>(),
        ]);
    }

    /// <summary>An expression that makes the objective.</summary>
    /// <param name="member">What makes it.</param>
    /// <param name="model">An expression for the model.</param>
    /// <param name="data">An expression for the data.</param>
    public static string NewObjective(ObjectiveMember member, string model, string data)
    {
        var options = member.Record is { } record ? ", " + OptionsWriter.Inline(RuntimeTypes.Qualified(record), member.Options, member.Values) : "";
        return $"new {RuntimeTypes.Qualified(member.Type)}({model}, {data}{options})";
    }

    // What is known of every model before it runs.
    private static IEnumerable<string> Facts(ModelGraph model, ModelFacts facts)
    {
        var split = RuntimeTypes.Model("BatchSplit");
        yield return $"{split} BatchSplit => {split}.{model.BatchSplit};";
        yield return $"long MultiplyAdds => {Literal.Of(facts.MultiplyAdds)};";
        yield return $"long ActivationBytes => {Literal.Of(facts.ActivationBytes)};";
        if (model.Precision != Precision.Full)
        {
            yield return $"torch.ScalarType Precision => torch.{model.Precision};";
        }

        yield return $"string Fingerprint => \"{facts.Fingerprint}\";";
    }

    private static string Member(SurfaceMember member) => member switch
    {
        LengthsMember lengths => $"global::System.ReadOnlySpan<long> {Names.Pascal(lengths.Name)} => [{Literal.List(lengths.Lengths)}];",
        SizeMember size => $"int {Names.Pascal(size.Name)} => {Names.Pascal(size.Constant)};",
        _ => throw new InvalidOperationException($"{member.GetType().Name} has no C# form"),
    };

    private static string Tokenizer(TokenizerMember tokenizer)
    {
        var type = RuntimeTypes.Tokenizer(tokenizer.Type);
        return $"{RuntimeTypes.Tokenizer("Tokenizer")} CreateTokenizer(string trainingText) => {(tokenizer.LearnedSize is { } size ? $"{type}.FromText(trainingText, {Names.Pascal(size)})" : $"new {type}()")};";
    }

    private static string Objective(ObjectiveMember member) =>
        $"{RuntimeTypes.Qualified("Objective")} CreateObjective({RuntimeTypes.DataSet(member.DataSet)} data) => {NewObjective(member, "this", "data")};";
}
