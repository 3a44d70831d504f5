using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class UnembedLayer()
    : Layer(
        "unembed",
        "a score (logit) for each token of the vocabulary; tied, it uses the embedding's own vectors (Press and Wolf 2017)",
        Tied,
        Initialiser.OfLayer
    )
{
    private static readonly FlagParameter Tied = new("tied", "whether it shares the weight of `embed`") { Default = true, IsMain = true };

    public override string ResultName => "logits";

    public override string ShapeRule => "[T, n] -> [T, vocabulary]";

    public override string ExampleInput => "tokens: { context: 12 }";

    public override string Example => "unembed: { tied: false, initialiser: { normal: 0.1 } }";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasFeatures(out var width))
        {
            return null;
        }

        if (context.Data.Vocabulary == 0)
        {
            return context.Fail("needs a vocabulary; the data holds no tokens");
        }

        if (!context.Get(Tied))
        {
            return Weighted.Apply(
                context,
                new Unembed(),
                null,
                WeightRole.Last,
                context.Input,
                [context.Data.Vocabulary, width],
                bias: null,
                constants: [Tokens.VocabularySize, null]
            );
        }

        if (context.TryGet(Initialiser.OfLayer, out _))
        {
            context.Report(
                Diagnostics.Rules.Conflict,
                Initialiser.OfLayer.Name,
                "a tied unembed has no weight of its own to initialise; write 'tied: false' or give the initialiser to 'embed'"
            );
            return null;
        }

        if (context.Model.Embedding is not { } embedding || embedding.Owner != context.Module.Graph)
        {
            return context.Fail(
                "is tied to 'embed', which must come before it in the same list; write 'unembed: { tied: false }' for a weight of its own",
                Tied
            );
        }

        if (embedding.Width != width)
        {
            return context.Fail(
                FormattableString.Invariant($"is tied to 'embed' of width {embedding.Width}; it gets {context.Input.Shape}"),
                Tied
            );
        }

        return context.Apply(new Unembed(), context.Input, embedding.Weight);
    }
}
