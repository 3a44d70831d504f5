using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Layouts;

internal sealed class Gpt2Layout()
    : WeightLayout(
        "gpt2",
        "as Hugging Face publishes GPT-2: maps transposed, one map for queries, keys and values, learned positions, norms before attention "
            + "and feed-forward network, `gelu: tanh`"
    )
{
    private const string Scores = "lm_head.weight";
    private const string Attended = "a 'self-attention' with 'causal: true' alone";

    public override string ExampleModel =>
        """
            model: Example
            family: transformer
            data: { tokens: { context: 12 } }
            weights: { layout: gpt2 }
            network:
              - embed: 8
              - repeat: 2
                layers:
                  - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
                  - residual: [layer-norm, linear: 32, gelu: tanh, linear: 8]
              - layer-norm
              - unembed
            objective: next-token
            training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }
            """;

    protected override WeightTable Read(FlatGraph model)
    {
        var reader = new LayoutReader(model);
        var tokens = reader.Next<Embed>(model.Inputs[0], "'embed'");
        reader.Link("wte", tokens);
        var positions = reader.Next<LeadingRows>(model.Inputs[0], "an 'embed' with 'positions: learned'");
        reader.Link("wpe", positions);
        var x = reader.Sum(tokens.Output, positions.Output, "an 'embed' with 'positions: learned'");
        for (var block = 0; reader.Has<Plus>(x); block++)
        {
            x = Block(reader, FormattableString.Invariant($"h.{block}"), x);
        }

        var normed = reader.Norm<LayerNorm>(x, "layer-norm", "ln_f");
        var tie = reader.UnembedOrHead(normed, Scores, tokens, "wte.weight");

        // The masks of its attention, which Hugging Face's library has as buffers.
        return reader.Table(
            Word,
            "transformer.",
            tie,
            [".attn.bias", ".attn.masked_bias", .. reader.HasScores ? Array.Empty<string>() : [Scores]]
        );
    }

    private static int Block(LayoutReader reader, string name, int x)
    {
        var attention = AttentionRead.Of(
            reader,
            reader.Norm<LayerNorm>(x, "layer-norm", $"{name}.ln_1"),
            Attended,
            isRotary: false,
            static op => op is { IsCausal: true, Window: null, HasSlopes: false, Group: 1 }
        );
        reader.Link($"{name}.attn.c_attn", attention.Maps.Query.Linear, isTransposed: true);
        reader.Link($"{name}.attn.c_proj", attention.Projection, isTransposed: true);
        x = reader.Sum(x, attention.Output, "the end of a 'residual'");

        var up = reader.Linear(reader.Norm<LayerNorm>(x, "layer-norm", $"{name}.ln_2"));
        reader.Link($"{name}.mlp.c_fc", up, isTransposed: true);
        var opened = reader.Next<Gelu>(up.Output, "'gelu: tanh'", static gelu => gelu.IsApproximate);
        var down = reader.Linear(opened.Output);
        reader.Link($"{name}.mlp.c_proj", down, isTransposed: true);
        return reader.Sum(x, down.Output, "the end of a 'residual'");
    }
}
