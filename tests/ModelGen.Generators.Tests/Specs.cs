using System.Text.RegularExpressions;

namespace ModelGen.Generators.Tests;

/// <summary>Specs that the tests build.</summary>
internal static partial class Specs
{
    /// <summary>A line of generated code without the places in it.</summary>
    public static string WithoutPlaces(string line) => Place().Replace(line, "");

    /// <summary>A network of two layers.</summary>
    public static string Network(string name, int width = 8) =>
        $$"""
            model: {{name}}
            family: network
            data: { tensor: [4] }
            network:
              - linear: {{width}}
              - relu

            """;

    /// <summary>A transformer with every kind of group that a spec may have.</summary>
    public static string Transformer(string name) =>
        $$"""
            model: {{name}}
            summary: Writes text.
            family: transformer
            let: { width: 8 }
            data: { tokens: { context: 16 } }
            blocks:
              mlp: { parameters: [growth: 4], layers: [layer-norm, linear: $growth * $width, gelu: tanh, linear: $width] }
            network:
              - embed: $width
              - repeat: 2
                layers:
                  - residual: [layer-norm, self-attention: { heads: 2, causal: true, dropout: 0.1 }]
                  - residual: [mlp]
              - layer-norm
              - unembed
            objective: next-token
            training:
              optimizer: { adamw: 1e-3 }
              schedule: { cosine: { warmup: 10 steps } }
              batch: 4
              duration: 100 steps
            sampling: { temperature: 0.8, top-k: 20 }

            """;

    [GeneratedRegex(@"\([0-9]+,[0-9]+\)", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
