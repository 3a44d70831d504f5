using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Words.Data;
using ModelGen.Compiler.Words.Initialisers;
using ModelGen.Compiler.Words.Layers;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class NetworkFamily() : Family("network", "a plain network: layers from input to output, to use as a typed module", Data, ModelPrecision.Key, Initialisation, Network)
{
    private static readonly WordParameter<DataKind> Data = new("data", "what one sample looks like") { IsRequired = true };

    private static readonly WordParameter<Initialiser> Initialisation = Initialiser.OfModel("as PyTorch starts each layer");

    private static readonly LayersParameter Network = new("network", "the layers") { IsRequired = true };

    public override string Example =>
        """
        model: Example
        family: network
        data: { tensor: [4] }
        precision: bfloat16
        initialiser: xavier-uniform
        network: [linear: 2]
        """;

    public override string BaseClass => "global::ModelGen.Models.Network";

    public override IReadOnlyList<string> InputChecks => ["CheckInput($0);"];

    public override ModelGraph? Build(ModelSpec spec, List<GraphError> errors)
    {
        if (!spec.Arguments.TryGet(Data, out var kind) || !spec.Arguments.TryGet(Network, out var layers))
        {
            return null;
        }

        var data = kind.Definition.Shape(kind.Arguments);
        var isGiven = spec.Arguments.TryGet(Initialisation, out var initialiser);
        var network = new GraphBuilder(data, isGiven ? initialiser : null, null);
        var root = network.Build("network", spec.Name, layers);
        CheckInitialiser(network, Initialisation, isGiven);
        errors.AddRange(network.Errors);
        return root is null || network.IsIncomplete || errors.Count > 0 ? null : new ModelGraph(spec, data, root, network.Classes, network.BatchSplit, spec.Arguments.Get(ModelPrecision.Key));
    }

    public override void WriteConstants(CodeWriter writer, ModelGraph model)
    {
        if (model.Data.Vocabulary > 0)
        {
            Tokens.WriteConstants(writer, model.Data);
        }
    }

    public override void WriteMembers(CodeWriter writer, ModelGraph model, ModelFacts facts)
    {
        var isTokens = model.Root.Input.Type == ElementType.TokenId;
        if (isTokens)
        {
            writer.Line("/// <summary>The tokenizer for the text that the model reads.</summary>");
            writer.Line("/// <param name=\"trainingText\">The text that it is trained on.</param>");
            writer.Line($"public static {Tokens.TokenizerMember(model.Spec.Arguments.Get(Data).Arguments)}");
            writer.Line();
        }

        OverrideWriter.Members(writer,
        [
            $"global::System.ReadOnlySpan<long> InputShape => {Lengths(model, model.Root.Input)};",
            $"global::System.ReadOnlySpan<long> OutputShape => {Lengths(model, model.Root.Output)};",
            .. TrainingGroup.Members(model, facts),
            $"torch.ScalarType InputType => torch.ScalarType.{(isTokens ? "Int64" : "Float32")};",
        ]);
    }

    // Lengths that only the run knows are written as the negative of their largest value.
    private static string Lengths(ModelGraph model, Value value) =>
        $"[{string.Join(", ", value.Shape.Axes.Select(axis => NumberParameter.Text(axis.Constant ?? -axis.Evaluate(model.Data.Longest))))}]";
}
