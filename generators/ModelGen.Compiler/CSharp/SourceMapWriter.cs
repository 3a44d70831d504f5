using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes the part of a model's class that only the runtime uses. All its names are full, since nobody reads it.</summary>
internal static class SourceMapWriter
{
    /// <summary>Writes the part.</summary>
    public static void Class(CodeWriter writer, ModelGraph model, ModelFacts facts, ModelNames names)
    {
        writer.Open(
            $"partial class {model.Spec.Name}{(model.Weights is null ? "" : $" : global::{WeightTableWriter.Namespace}.IPublishedModel")}"
        );
        OverrideWriter.Members(writer, Facts(model, facts));
        if (model.Weights is not null)
        {
            WeightTableWriter.Member(writer, model.Weights);
            writer.Line();
        }

        SourceMapText.Member(writer, model, names);
        writer.Line();

        // TorchSharp would find the fields by reflection and register each module again under its field's name.
        writer.Line("/// <summary>Does nothing: the constructor has registered every module.</summary>");
        writer.Line("protected override void RegisterComponents()");
        writer.Line("{");
        writer.Line("}");
        writer.Close();
    }

    private static IEnumerable<string> Facts(ModelGraph model, ModelFacts facts)
    {
        yield return $"global::ModelGen.Layers.BatchSplit BatchSplit => global::ModelGen.Layers.BatchSplit.{model.BatchSplit};";
        yield return $"long MultiplyAdds => {Literal.Of(facts.MultiplyAdds)};";
        yield return $"long ActivationBytes => {Literal.Of(facts.ActivationBytes)};";
        if (model.Precision != Precision.Full)
        {
            yield return $"global::TorchSharp.torch.ScalarType Precision => global::TorchSharp.torch.{model.Precision};";
        }

        yield return $"string Fingerprint => \"{facts.Fingerprint}\";";
    }
}
