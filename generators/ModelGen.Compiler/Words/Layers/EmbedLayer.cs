using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class EmbedLayer()
    : Layer(
        "embed",
        "a learned vector for each token, plus one for its position (learned, or the sines of Vaswani et al. 2017, section 3.5)",
        Width,
        Positions,
        Initialiser.OfLayer
    )
{
    private static readonly IntegerParameter Width = new("width", "the length of the vectors") { IsMain = true, IsRequired = true };

    private static readonly ChoiceParameter Positions = new(
        "positions",
        "how a token's position is encoded",
        "learned",
        "sinusoidal",
        "none"
    )
    {
        Default = "learned",
    };

    public override string ResultName => "embedded";

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
            return context.OutOfRange(Width, NumberText.Of(width), "even, because sinusoidal positions pair a sine with a cosine");
        }

        var result = context.Nested(inner =>
        {
            var tokens = inner.Input;
            var op = new Embed();
            var vectors = inner.AddPart(
                op,
                "tokens",
                WeightRole.Inner,
                new StateEntry("weight", context.Data.Vocabulary, width) { Constants = new([Tokens.VocabularySize, null]) }
            );
            var embedded = inner.Apply(op, tokens, vectors.Weight("weight")).Called("embedded");
            switch (positions)
            {
                case "learned":
                    var places = inner.AddPart(
                        op,
                        "positions",
                        WeightRole.Inner,
                        new StateEntry("weight", context.Data.Context, width) { Constants = new([Tokens.ContextLength, null]) }
                    );
                    return inner.Apply(
                        new Plus(),
                        embedded,
                        inner.Apply(new LeadingRows(), tokens, places.Weight("weight")).Called("positions")
                    );
                case "sinusoidal":
                    return inner.Apply(new Plus(), embedded, inner.Apply(new SinusoidalPositions(width), embedded).Called("positions"));
                default:
                    return embedded;
            }
        });
        if (result is not null && context.Module.IsRoot)
        {
            var parts = context.Module.Graph.Parts;
            var embed = parts[parts.Count - 1];
            var vectors = embed.Elements[0].Parts[0];
            context.Model.Embedding ??= new TokenEmbedding(
                new Weight(new EquatableArray<Part>([embed, vectors]), vectors.State[0]),
                context.Module.Graph,
                width
            );
        }

        return result;
    }
}
