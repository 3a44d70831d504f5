namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>GPT-2 (Radford et al. 2019) from its published tensors, in plain loops.</summary>
internal static class PlainGpt2
{
    /// <summary>Random weights under the names of the published files.</summary>
    public static PlainWeights Draw(Random random, int vocabulary, int context, int width, int layers)
    {
        var weights = new PlainWeights();
        weights.Draw(random, "wte.weight", 0.5, 0, vocabulary, width);
        weights.Draw(random, "wpe.weight", 0.5, 0, context, width);
        for (var layer = 0; layer < layers; layer++)
        {
            var block = $"h.{layer}";
            Norm($"{block}.ln_1");
            Map($"{block}.attn.c_attn", width, 3 * width);
            Map($"{block}.attn.c_proj", width, width);
            Norm($"{block}.ln_2");
            Map($"{block}.mlp.c_fc", width, 4 * width);
            Map($"{block}.mlp.c_proj", 4 * width, width);
        }

        Norm("ln_f");
        return weights;

        void Norm(string name)
        {
            weights.Draw(random, $"{name}.weight", 0.5, 1, width);
            weights.Draw(random, $"{name}.bias", 0.5, 0, width);
        }

        void Map(string name, int from, int to)
        {
            weights.Draw(random, $"{name}.weight", 0.5, 0, from, to);
            weights.Draw(random, $"{name}.bias", 0.5, 0, to);
        }
    }

    /// <summary>The logits of a sequence.</summary>
    public static double[][] Logits(PlainWeights weights, int[] tokens, int heads)
    {
        var width = weights.Shape("wte.weight")[1];
        double[][] x =
        [
            .. tokens.Select(
                (token, t) =>
                    Enumerable
                        .Range(0, width)
                        .Select(i => (double)weights["wte.weight"][(token * width) + i] + weights["wpe.weight"][(t * width) + i])
                        .ToArray()
            ),
        ];
        for (var layer = 0; weights.Has($"h.{layer}.ln_1.weight"); layer++)
        {
            var block = $"h.{layer}";
            var qkv = Map($"{block}.attn.c_attn", Norm($"{block}.ln_1", x));
            double[][] Part(int index) => [.. qkv.Select(row => row[(index * width)..((index + 1) * width)])];
            var attended = PlainMath.Attend(Part(0), Part(1), Part(2), heads, heads, isCausal: true);
            x = PlainMath.Sum(x, Map($"{block}.attn.c_proj", attended));
            double[][] hidden = [.. Map($"{block}.mlp.c_fc", Norm($"{block}.ln_2", x)).Select(static row => row.Select(Gelu).ToArray())];
            x = PlainMath.Sum(x, Map($"{block}.mlp.c_proj", hidden));
        }

        return PlainMath.TimesRows(Norm("ln_f", x), weights[weights.Has("lm_head.weight") ? "lm_head.weight" : "wte.weight"]);

        double[][] Norm(string name, double[][] input) =>
            PlainMath.LayerNorm(input, weights[$"{name}.weight"], weights[$"{name}.bias"], 1e-5);

        double[][] Map(string name, double[][] input) => PlainMath.TimesMatrix(input, weights[$"{name}.weight"], weights[$"{name}.bias"]);
    }

    private static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));
}
