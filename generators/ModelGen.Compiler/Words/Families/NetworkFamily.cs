using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Families;

internal sealed class NetworkFamily() : ModelFamily("network", "a plain network: layers from input to output, to use as a typed module", Data, PlainInitialisation, training: null, Data, ModelPrecision.Key, PlainInitialisation, Network)
{
    private static readonly WordParameter<DataKind> Data = new("data", "what one sample looks like") { IsRequired = true };

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

    protected override string BaseClass => "Network";

    public override ModelSurface Surface(ModelGraph model)
    {
        var isText = model.Data.Vocabulary > 0;
        return base.Surface(model) with
        {
            InputCheck = "check-input",
            InputType = model.Data.Type,
            Constants = isText ? Tokens.Constants(model.Data) : [],
            Members = [new LengthsMember("input-shape", Lengths(model, model.Root.Input)), new LengthsMember("output-shape", Lengths(model, model.Root.Output))],
            Tokenizer = isText ? Tokens.TokenizerMember(model.Spec.Arguments.Get(Data).Arguments, isAskedFor: false) : null,
        };
    }

    protected override bool CanBuild(Arguments arguments) => arguments.TryGet(Network, out _);

    protected override ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec) => model.Build(Network.Name, spec.Name, spec.Arguments.Get(Network));

    // Lengths that only the run knows are written as the negative of their largest value.
    private static IReadOnlyList<long> Lengths(ModelGraph model, Value value) =>
        [.. value.Shape.Axes.Select(axis => axis.Constant ?? -axis.Evaluate(model.Data.Longest))];
}
