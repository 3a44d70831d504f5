using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Layouts;

internal sealed class BertLayout()
    : WeightLayout(
        "bert",
        "as Hugging Face publishes the encoders of BERT and its kin: learned positions, norms after attention and feed-forward network, "
            + "`gelu`; every token is of the first segment, and the heads of pretraining are passed over, and "
            + "layers that a model has after the encoder go by its own names"
    )
{
    private const string Attended = "a 'self-attention' with 'heads' alone";

    public override string ExampleModel =>
        """
            model: Example
            family: network
            data: { tokens: { context: 12, padding-token: <pad> } }
            weights: { layout: bert }
            network:
              - embed: 8
              - layer-norm: { epsilon: 1e-12 }
              - repeat: 2
                layers:
                  - residual: [self-attention: 2]
                  - layer-norm: { epsilon: 1e-12 }
                  - residual: [linear: 32, gelu, linear: 8]
                  - layer-norm: { epsilon: 1e-12 }
              - sequence-pool
            """;

    protected override WeightTable Read(FlatGraph model)
    {
        var reader = new LayoutReader(model);
        var tokens = reader.Next<Embed>(model.Inputs[0], "'embed'");
        reader.Link("embeddings.word_embeddings", tokens);
        var positions = reader.Next<LeadingRows>(model.Inputs[0], "an 'embed' with 'positions: learned'");
        reader.Link("embeddings.position_embeddings.weight", positions.Weights[0], added: "embeddings.token_type_embeddings.weight");
        var sum = reader.Sum(tokens.Output, positions.Output, "an 'embed' with 'positions: learned'");
        var x = reader.Norm<LayerNorm>(sum, "layer-norm", "embeddings.LayerNorm");
        var block = 0;
        for (; reader.Has<Plus>(x); block++)
        {
            x = Block(reader, FormattableString.Invariant($"encoder.layer.{block}"), x);
        }

        // What leaves padding out, and what makes one vector of a sequence, have no weights.
        reader.PassOver<Presence>();
        reader.PassOver<SequencePool>();
        if (block > 0)
        {
            reader.Head(x);
        }

        return reader.Table(Word, "bert.", tie: null, Extras) with
        {
            Synonyms = new([".gamma", ".weight", ".beta", ".bias"]),
        };
    }

    // The heads of pretraining, and a table that Hugging Face's library has as a buffer.
    private static readonly string[] Extras =
    [
        "embeddings.position_ids",
        "pooler.dense.weight",
        "pooler.dense.bias",
        "cls.predictions.bias",
        "cls.predictions.decoder.weight",
        "cls.predictions.decoder.bias",
        "cls.predictions.transform.dense.weight",
        "cls.predictions.transform.dense.bias",
        "cls.predictions.transform.LayerNorm.weight",
        "cls.predictions.transform.LayerNorm.bias",
        "cls.seq_relationship.weight",
        "cls.seq_relationship.bias",
    ];

    private static int Block(LayoutReader reader, string name, int x)
    {
        var attention = AttentionRead.Of(reader, x, Attended, isRotary: false, static op =>
            op is { IsCausal: false, Window: null, HasSlopes: false, Group: 1 }
        );
        reader.Link($"{name}.attention.self.query", attention.Maps.Query);
        reader.Link($"{name}.attention.self.key", attention.Maps.Key);
        reader.Link($"{name}.attention.self.value", attention.Maps.Value);
        reader.Link($"{name}.attention.output.dense", attention.Projection);
        x = reader.Sum(x, attention.Output, "the end of a 'residual'");
        x = reader.Norm<LayerNorm>(x, "layer-norm", $"{name}.attention.output.LayerNorm");

        var up = reader.Linear(x);
        reader.Link($"{name}.intermediate.dense", up);
        var opened = reader.Next<Gelu>(up.Output, "'gelu'", static gelu => !gelu.IsApproximate);
        var down = reader.Linear(opened.Output);
        reader.Link($"{name}.output.dense", down);
        x = reader.Sum(x, down.Output, "the end of a 'residual'");
        return reader.Norm<LayerNorm>(x, "layer-norm", $"{name}.output.LayerNorm");
    }
}
