using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Layouts;

internal sealed class LlamaLayout()
    : WeightLayout(
        "llama",
        "as Hugging Face publishes Llama and its kin: separate maps for queries, keys and values, rotary positions (whatever the model "
            + "pairs; the file pairs halves), RMS norms before attention and feed-forward network, a gate with `silu`"
    )
{
    private const string Scores = "lm_head.weight";
    private const string Attended = "a 'self-attention' with 'causal: true' and 'positions: rotary', without 'query-key-norm'";
    private const string Gated = "'gated-linear' with 'activation: silu'";

    public override string ExampleModel =>
        """
            model: Example
            family: transformer
            data: { tokens: { context: 12 } }
            weights: { layout: llama }
            network:
              - embed: { width: 16, positions: none }
              - repeat: 2
                layers:
                  - residual: [rms-norm, self-attention: { heads: 4, key-value-heads: 2, positions: rotary, causal: true, bias: false }]
                  - residual: [rms-norm, gated-linear: { features: 24, bias: false }, linear: { features: 16, bias: false }]
              - rms-norm
              - unembed
            objective: next-token
            training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }
            """;

    protected override WeightTable Read(FlatGraph model)
    {
        var reader = new LayoutReader(model);
        var tokens = reader.Next<Embed>(model.Inputs[0], "'embed'");
        reader.Link("model.embed_tokens", tokens);
        var x = tokens.Output;
        for (var block = 0; reader.Has<Plus>(x); block++)
        {
            x = Block(reader, FormattableString.Invariant($"model.layers.{block}"), x);
        }

        var normed = reader.Norm<RmsNorm>(x, "rms-norm", "model.norm");
        var tie = reader.UnembedOrHead(normed, Scores, tokens, "model.embed_tokens.weight");

        // The rates of its rotation, which earlier versions of Hugging Face's library saved.
        return reader.Table(Word, "", tie, [".rotary_emb.inv_freq", .. reader.HasScores ? Array.Empty<string>() : [Scores]]);
    }

    private static int Block(LayoutReader reader, string name, int x)
    {
        var attention = AttentionRead.Of(
            reader,
            reader.Norm<RmsNorm>(x, "rms-norm", $"{name}.input_layernorm"),
            Attended,
            isRotary: true,
            static op => op is { IsCausal: true, HasSlopes: false }
        );
        var (maps, pairsNeighbours) = (attention.Maps, attention.PairsNeighbours == true);
        reader.Link($"{name}.self_attn.q_proj", maps.Query, pairsNeighbours ? maps.Heads : 0);
        reader.Link($"{name}.self_attn.k_proj", maps.Key, pairsNeighbours ? maps.Groups : 0);
        reader.Link($"{name}.self_attn.v_proj", maps.Value);
        reader.Link($"{name}.self_attn.o_proj", attention.Projection);
        x = reader.Sum(x, attention.Output, "the end of a 'residual'");

        var both = reader.Linear(reader.Norm<RmsNorm>(x, "rms-norm", $"{name}.post_attention_layernorm"));
        var split = reader.Next<Unflatten>(both.Output, Gated);
        var halves = reader.Next<Unbind>(split.Output, Gated).Outputs;
        var features = ((Unflatten)split.Op).Sizes[1];
        var opened = reader.Next<Silu>(halves[0], Gated);
        var gated = reader.Product(opened.Output, halves[1], Gated);
        var down = reader.Linear(gated);
        reader.Link($"{name}.mlp.gate_proj", new WeightRows(both, 0, features));
        reader.Link($"{name}.mlp.up_proj", new WeightRows(both, features, features));
        reader.Link($"{name}.mlp.down_proj", down);
        return reader.Sum(x, down.Output, "the end of a 'residual'");
    }
}
