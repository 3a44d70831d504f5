namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>Llama (Touvron et al. 2023) from the tensors that Hugging Face publishes, in plain loops.</summary>
internal static class PlainLlama
{
    /// <summary>Random weights under the names of the published files.</summary>
    public static PlainWeights Draw(Random random, int vocabulary, int width, int groupWidth, int hidden, int layers, bool isTied)
    {
        var weights = new PlainWeights();
        Matrix("model.embed_tokens", vocabulary, width);
        for (var layer = 0; layer < layers; layer++)
        {
            var block = $"model.layers.{layer}";
            Norm($"{block}.input_layernorm");
            Matrix($"{block}.self_attn.q_proj", width, width);
            Matrix($"{block}.self_attn.k_proj", groupWidth, width);
            Matrix($"{block}.self_attn.v_proj", groupWidth, width);
            Matrix($"{block}.self_attn.o_proj", width, width);
            Norm($"{block}.post_attention_layernorm");
            Matrix($"{block}.mlp.gate_proj", hidden, width);
            Matrix($"{block}.mlp.up_proj", hidden, width);
            Matrix($"{block}.mlp.down_proj", width, hidden);
        }

        Norm("model.norm");
        if (!isTied)
        {
            Matrix("lm_head", vocabulary, width);
        }

        return weights;

        void Norm(string name) => weights.Draw(random, $"{name}.weight", 0.5, 1, width);

        void Matrix(string name, int rows, int columns) => weights.Draw(random, $"{name}.weight", 0.5, 0, rows, columns);
    }

    /// <summary>The logits of a sequence.</summary>
    public static double[][] Logits(PlainWeights weights, int[] tokens, int heads, int groups, double @base)
    {
        var embedding = weights["model.embed_tokens.weight"];
        var width = weights.Shape("model.embed_tokens.weight")[1];
        double[][] x =
        [
            .. tokens.Select(token => embedding[(token * width)..((token + 1) * width)].Select(static value => (double)value).ToArray()),
        ];
        for (var layer = 0; weights.Has($"model.layers.{layer}.input_layernorm.weight"); layer++)
        {
            var block = $"model.layers.{layer}";
            var normed = Norm($"{block}.input_layernorm", x);
            var q = PlainMath.Rotate(Map($"{block}.self_attn.q_proj", normed), heads, @base);
            var k = PlainMath.Rotate(Map($"{block}.self_attn.k_proj", normed), groups, @base);
            var attended = PlainMath.Attend(q, k, Map($"{block}.self_attn.v_proj", normed), heads, groups, isCausal: true);
            x = PlainMath.Sum(x, Map($"{block}.self_attn.o_proj", attended));
            normed = Norm($"{block}.post_attention_layernorm", x);
            double[][] hidden =
            [
                .. Map($"{block}.mlp.gate_proj", normed)
                    .Zip(Map($"{block}.mlp.up_proj", normed), static (gate, up) =>
                        gate.Zip(up, static (open, value) => open / (1 + Math.Exp(-open)) * value).ToArray()
                    ),
            ];
            x = PlainMath.Sum(x, Map($"{block}.mlp.down_proj", hidden));
        }

        return PlainMath.TimesRows(Norm("model.norm", x), weights.Has("lm_head.weight") ? weights["lm_head.weight"] : embedding);

        double[][] Norm(string name, double[][] input) => PlainMath.RmsNorm(input, weights[$"{name}.weight"], 1e-6);

        double[][] Map(string name, double[][] input) => PlainMath.TimesRows(input, weights[$"{name}.weight"]);
    }
}
