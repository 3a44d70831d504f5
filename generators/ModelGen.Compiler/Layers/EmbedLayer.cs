using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class EmbedLayer() : Layer(
    "embed",
    "a learned vector for each token, plus one for its position (learned, or the sines of Vaswani et al. 2017, section 3.5)",
    Width, Positions, Initialiser.OfLayer)
{
    private static readonly IntegerParameter Width = new("width", "the length of the vectors") { IsMain = true, IsRequired = true };

    private static readonly ChoiceParameter Positions = new("positions", "how a token knows where it stands", "learned", "sinusoidal", "none") { Default = "learned" };

    public override string ShapeRule => "token ids [T] -> [T, width]";

    public override string ExampleInput => "tokens: { context: 12 }";

    public override string Example => "embed: { width: 8, positions: sinusoidal, initialiser: { normal: 0.1 } }";

    public override Value? Build(LayerContext context)
    {
        if (context.Input.Type != ElementType.TokenId || context.Input.Shape.Rank != 1)
        {
            return context.Fail($"needs token ids [T]; it gets {context.Input.Description}");
        }

        var width = context.Get(Width);
        var positions = context.Get(Positions);
        if (positions == "sinusoidal" && width % 2 != 0)
        {
            return context.OutOfRange(Width, NumberParameter.Text(width), "even, because sinusoidal positions pair a sine with a cosine");
        }

        var result = context.Nested(inner =>
        {
            var tokens = inner.Input;
            var output = new Shape(tokens.Shape.Axes[0], width);
            var vectors = inner.Module(
                "Embedding", FormattableString.Invariant($"nn.Embedding({context.Data.Vocabulary}, {width}, device: device)"), "tokens",
                WeightRole.Inner, new StateEntry("weight", context.Data.Vocabulary, width));
            var embedded = inner.Apply(Arithmetic.Exact, $"{vectors}.call($0)", tokens, output);
            switch (positions)
            {
                case "learned":
                    var places = inner.Module(
                        "Embedding", FormattableString.Invariant($"nn.Embedding({context.Data.Context}, {width}, device: device)"), "positions",
                        WeightRole.Inner, new StateEntry("weight", context.Data.Context, width));
                    var here = inner.Apply(Arithmetic.Exact, $"{places}.weight!.narrow(0, 0, $0.size(1))", tokens, output);
                    return inner.Apply(Arithmetic.Any, "arithmetic.Plus($0, $1)", [embedded, here], output);
                case "sinusoidal":
                    var table = FormattableString.Invariant($"global::ModelGen.Models.SinusoidalPositions.Table($0.size(1), {width}, $0.device)");
                    return inner.Apply(Arithmetic.Any, "arithmetic.Plus($0, $1)", [embedded, inner.Apply(Arithmetic.Exact, table, embedded, output)], output);
                default:
                    return embedded;
            }
        });
        if (result is not null && context.Scope.IsRoot)
        {
            var property = context.Scope.Graph.Submodules[context.Scope.Graph.Submodules.Count - 1].Property;
            context.Scope.Network.Embedding ??= new Embedding($"{property}.Tokens.weight!", context.Scope.Graph, width);
        }

        return result;
    }
}
