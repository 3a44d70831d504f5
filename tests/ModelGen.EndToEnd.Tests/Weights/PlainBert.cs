namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>The encoder of BERT (Devlin et al. 2019) from its published tensors, in plain loops.</summary>
internal static class PlainBert
{
    /// <summary>Random weights under the names of the published files.</summary>
    public static PlainWeights Draw(Random random, int vocabulary, int context, int width, int hidden, int layers)
    {
        var weights = new PlainWeights();
        weights.Draw(random, "embeddings.word_embeddings.weight", 0.5, 0, vocabulary, width);
        weights.Draw(random, "embeddings.position_embeddings.weight", 0.5, 0, context, width);
        weights.Draw(random, "embeddings.token_type_embeddings.weight", 0.5, 0, 2, width);
        Norm("embeddings.LayerNorm");
        for (var layer = 0; layer < layers; layer++)
        {
            var block = $"encoder.layer.{layer}";
            Map($"{block}.attention.self.query", width, width);
            Map($"{block}.attention.self.key", width, width);
            Map($"{block}.attention.self.value", width, width);
            Map($"{block}.attention.output.dense", width, width);
            Norm($"{block}.attention.output.LayerNorm");
            Map($"{block}.intermediate.dense", width, hidden);
            Map($"{block}.output.dense", hidden, width);
            Norm($"{block}.output.LayerNorm");
        }

        return weights;

        void Norm(string name)
        {
            weights.Draw(random, $"{name}.weight", 0.5, 1, width);
            weights.Draw(random, $"{name}.bias", 0.5, 0, width);
        }

        void Map(string name, int from, int to)
        {
            weights.Draw(random, $"{name}.weight", 0.5, 0, to, from);
            weights.Draw(random, $"{name}.bias", 0.5, 0, to);
        }
    }

    /// <summary>The last hidden states of a text of one segment.</summary>
    public static double[][] States(PlainWeights weights, int[] tokens, int heads)
    {
        var (words, places) = (weights["embeddings.word_embeddings.weight"], weights["embeddings.position_embeddings.weight"]);
        var width = weights.Shape("embeddings.word_embeddings.weight")[1];
        var segment = weights["embeddings.token_type_embeddings.weight"];
        double[][] x =
        [
            .. tokens.Select(
                (token, t) =>
                    Enumerable
                        .Range(0, width)
                        .Select(i => (double)words[(token * width) + i] + places[(t * width) + i] + segment[i])
                        .ToArray()
            ),
        ];
        x = Norm("embeddings.LayerNorm", x);
        for (var layer = 0; weights.Has($"encoder.layer.{layer}.output.dense.weight"); layer++)
        {
            var block = $"encoder.layer.{layer}";
            var attended = PlainMath.Attend(
                Map($"{block}.attention.self.query", x),
                Map($"{block}.attention.self.key", x),
                Map($"{block}.attention.self.value", x),
                heads,
                heads,
                isCausal: false
            );
            x = Norm($"{block}.attention.output.LayerNorm", PlainMath.Sum(x, Map($"{block}.attention.output.dense", attended)));
            double[][] hidden = [.. Map($"{block}.intermediate.dense", x).Select(static row => row.Select(Gelu).ToArray())];
            x = Norm($"{block}.output.LayerNorm", PlainMath.Sum(x, Map($"{block}.output.dense", hidden)));
        }

        return x;

        double[][] Norm(string name, double[][] input) =>
            PlainMath.LayerNorm(input, weights[$"{name}.weight"], weights[$"{name}.bias"], 1e-12);

        double[][] Map(string name, double[][] input) => PlainMath.TimesRows(input, weights[$"{name}.weight"], weights[$"{name}.bias"]);
    }

    // x Φ(x), with the error function as its integral by Simpson's rule.
    private static double Gelu(double x)
    {
        const int Steps = 400;
        var step = x / Math.Sqrt(2) / Steps;
        var sum = Enumerable
            .Range(0, Steps + 1)
            .Sum(i =>
                (
                    i is 0 or Steps ? 1
                    : i % 2 == 1 ? 4
                    : 2
                ) * Math.Exp(-(i * step) * (i * step))
            );
        return 0.5 * x * (1 + (2 / Math.Sqrt(Math.PI) * sum * step / 3));
    }
}
