using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes what a model offers besides its layers, as members of its class.</summary>
internal static class SurfaceWriter
{
    /// <summary>Writes the constants and options at the top of the class.</summary>
    public static void Constants(CodeWriter writer, ModelSurface surface, ShortNames code)
    {
        foreach (var constant in surface.Constants)
        {
            writer.Line($"/// <summary>{Names.Xml(constant.Summary)}</summary>");
            writer.Line($"public const int {Names.Pascal(constant.Name)} = {Literal.Of(constant.Value)};");
            writer.Line();
        }

        foreach (var options in surface.Options)
        {
            OptionsWriter.Property(writer, options, code);
            writer.Line();
        }
    }

    /// <summary>Writes the members that the class must implement, each preceded by an empty line.</summary>
    public static void Members(CodeWriter writer, ModelSurface surface, ShortNames code)
    {
        if (surface.Tokenizer is { IsAskedFor: false } own)
        {
            writer.Line();
            writer.Line("/// <summary>The tokenizer for the text that the model reads.</summary>");
            writer.Line("/// <param name=\"trainingText\">The text that it is trained on.</param>");
            if (own.Origin is TokensOfText { TakesTime: true })
            {
                writer.Line("/// <param name=\"progress\">Receives the share that is done, from 0 to 1.</param>");
                writer.Line("/// <param name=\"cancellation\">Cancels learning the tokens.</param>");
            }

            writer.Line($"public static {Tokenizer(own, code)}");
        }

        if (surface.Objective is { IsAskedFor: false } objective)
        {
            writer.Line();
            writer.Line(
                "/// <summary>Binds the objective that the model's spec asks for to this model and samples to learn from.</summary>"
            );
            writer.Line("/// <param name=\"data\">The samples, on the model's device.</param>");
            writer.Line($"/// <returns>The objective for a <see cref=\"{code.Runtime("Trainer")}\"/>.</returns>");
            writer.Line($"public {Objective(objective, code)}");
        }

        foreach (var member in Overrides(surface, code))
        {
            writer.Line();
            OverrideWriter.Member(writer, member);
        }
    }

    /// <summary>An expression that creates the objective.</summary>
    /// <param name="member">The objective.</param>
    /// <param name="model">An expression for the model.</param>
    /// <param name="data">An expression for the data.</param>
    /// <param name="code">The short names of the file.</param>
    public static string NewObjective(ObjectiveMember member, string model, string data, ShortNames code)
    {
        var teacher = member.Teacher is { } named ? $", {ValueWriter.Loaded(named, code)}" : "";
        var loss =
            member.Own is { } own ? $", {ValueWriter.Own(own)}"
            : member.Record is { } options ? ", " + OptionsWriter.Inline(options, member.Options, member.Values, code)
            : "";
        var metrics = member.Metrics is { } record ? $", {ValueWriter.Own(record)}" : "";
        return $"new {code.Runtime(member.Type)}({model}, {data}{teacher}{loss}{metrics})";
    }

    private static IEnumerable<string> Overrides(ModelSurface surface, ShortNames code) =>
        [
            .. surface.Members.Select(Member),
            .. surface.InputType is { } type
                ? [$"{code.Torch}.ScalarType InputType => {code.Torch}.ScalarType.{(type == ElementType.TokenId ? "Int64" : "Float32")};"]
                : Array.Empty<string>(),
            .. surface.Tokenizer is { IsAskedFor: true } tokenizer ? Tokenizers(tokenizer, code) : Array.Empty<string>(),
            .. surface.Objective is { IsAskedFor: true } objective ? [Objective(objective, code)] : Array.Empty<string>(),
        ];

    private static string Member(SurfaceMember member) =>
        member switch
        {
            LengthsMember lengths =>
                $"global::System.ReadOnlySpan<long> {Names.Pascal(lengths.Name)} => [{Literal.List(lengths.Lengths)}];",
            RangeMember range =>
                $"(double Low, double High)? {Names.Pascal(range.Name)} => ({Literal.Of(range.Low)}, {Literal.Of(range.High)});",
            FlagMember flag => $"bool {Names.Pascal(flag.Name)} => {Literal.Of(flag.Value)};",
            SizeMember size => $"int {Names.Pascal(size.Name)} => {Names.Pascal(size.Constant)};",
            _ => throw new InvalidOperationException($"{member.GetType().Name} has no C# form"),
        };

    // One that takes time has a member more, which can be followed and cancelled.
    private static IEnumerable<string> Tokenizers(TokenizerMember tokenizer, ShortNames code) =>
        tokenizer.Origin is TokensOfText { TakesTime: true }
            ?
            [
                $"{code.Runtime("Tokenizer")} CreateTokenizer({code.Runtime("TextCorpus")} trainingText) => "
                    + "CreateTokenizer(trainingText, progress: null);",
                Tokenizer(tokenizer, code),
            ]
            : [Tokenizer(tokenizer, code)];

    private static string Tokenizer(TokenizerMember tokenizer, ShortNames code)
    {
        var specials = tokenizer
            .SpecialTokens.Select(special => $"({code.Runtime("SpecialTokenRole")}.{special.Role}, {Literal.Of(special.Text)})")
            .ToList();
        var (followed, create) = tokenizer.Origin switch
        {
            FixedTokens bytes => ("", $"new {code.Runtime(bytes.Type)}({string.Join(", ", specials)})"),
            TokensOfText { TakesTime: false } text => (
                "",
                $"{code.Runtime(text.Type)}.FromText({string.Join(", ", ["trainingText", Names.Pascal(text.Size), .. specials])})"
            ),
            TokensOfText text => (
                $", global::System.IProgress<double>? progress{(tokenizer.IsAskedFor ? "" : " = null")}"
                    + ", global::System.Threading.CancellationToken cancellation = default",
                $"{code.Runtime(text.Type)}.FromText(trainingText, {Names.Pascal(text.Size)}, [{string.Join(", ", specials)}], progress, "
                    + "cancellation)"
            ),
            TokensOfFile file => (
                "",
                $"{OptionsWriter.Inline(file.Record, file.Parameters, file.Values, code)}.Read("
                    + string.Join(", ", tokenizer.SpecialTokens.Select(Known).Prepend(Names.Pascal(file.Size)))
                    + ")"
            ),
            var other => throw new InvalidOperationException($"{other.GetType().Name} has no C# form"),
        };
        return $"{code.Runtime("Tokenizer")} CreateTokenizer({code.Runtime("TextCorpus")} trainingText{followed}) => {create};";

        string Known(SpecialToken special) =>
            $"new {code.Runtime("SpecialToken")}({code.Runtime("SpecialTokenRole")}.{special.Role}, {Literal.Of(special.Text)}, "
            + $"{Names.Pascal(special.Key)})";
    }

    private static string Objective(ObjectiveMember member, ShortNames code) =>
        $"{code.Runtime("Objective")} CreateObjective({code.Runtime(member.DataSet)} data) => "
        + $"{NewObjective(member, "this", "data", code)};";
}
